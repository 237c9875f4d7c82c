package org.rsavlm.train.step;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.rsavlm.models.llava.MultimodalProjector;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.train.config.LearningRates;
import org.rsavlm.train.config.Trainable;
import org.rsavlm.train.optim.ParameterGroup;

/** The parts of a model that a stage trains, each with its learning rate. */
public final class TrainedParts {

  private TrainedParts() {}

  /**
   * Sets which parameters record gradients, and groups those that do.
   *
   * @param model allocated
   * @param trainable what learns
   * @param rates its peak learning rates
   * @return a group for each trained part: vision, projector, language, token_embeddings,
   *     image_newline
   */
  public static List<ParameterGroup> select(
      VisionLanguageModel model, Trainable trainable, LearningRates rates) {
    List<ParameterGroup> groups = new ArrayList<>();
    NamedBlock vision = model.vision();
    NamedBlock projector = model.projector();
    NamedBlock language = model.language();
    vision.train(name -> trainable.vision());
    projector.train(
        name ->
            MultimodalProjector.isImageNewline(name)
                ? trainable.imageNewline()
                : trainable.projector());
    language.train(
        name ->
            RotaryDecoder.isTokenEmbedding(name)
                ? trainable.tokenEmbeddings()
                : trainable.language());
    add(groups, model, "vision", trainable.vision(), rates.vision(), vision, name -> true);
    add(
        groups,
        model,
        "projector",
        trainable.projector(),
        rates.projector(),
        projector,
        name -> !MultimodalProjector.isImageNewline(name));
    add(
        groups,
        model,
        "language",
        trainable.language(),
        rates.language(),
        language,
        name -> !RotaryDecoder.isTokenEmbedding(name));
    add(
        groups,
        model,
        "token_embeddings",
        trainable.tokenEmbeddings(),
        rates.tokenEmbeddings(),
        language,
        RotaryDecoder::isTokenEmbedding);
    add(
        groups,
        model,
        "image_newline",
        trainable.imageNewline(),
        rates.imageNewline(),
        projector,
        MultimodalProjector::isImageNewline);
    return List.copyOf(groups);
  }

  private static void add(
      List<ParameterGroup> groups,
      VisionLanguageModel model,
      String group,
      boolean trained,
      double rate,
      NamedBlock part,
      Predicate<String> member) {
    if (!trained) {
      return;
    }
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    part.weights()
        .forEach(
            (name, array) -> {
              if (member.test(name)) {
                parameters.put(model.hubName(part, name), array);
              }
            });
    groups.add(new ParameterGroup(group, rate, parameters));
  }
}
