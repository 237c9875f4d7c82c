package org.rsavlm.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.train.config.LearningRates;
import org.rsavlm.train.config.Trainable;
import org.rsavlm.train.optim.ParameterGroup;

class TrainedPartsTest {

  private static final LearningRates RATES = new LearningRates(1, 2, 3, 4, 5);

  @Test
  void eachPartLearnsAtItsOwnRateAndEachParameterInOneGroup() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT32, 1);
      Trainable all = new Trainable(true, true, true, true, true);
      List<ParameterGroup> groups = TrainedParts.select(model, all, RATES);
      Map<String, Double> rates = new LinkedHashMap<>();
      Map<String, String> groupOf = new LinkedHashMap<>();
      for (ParameterGroup group : groups) {
        rates.put(group.name(), group.learningRate());
        for (String name : group.parameters().keySet()) {
          assertThat(groupOf.put(name, group.name())).as(name).isNull();
        }
      }
      assertThat(rates)
          .isEqualTo(
              Map.of(
                  "vision", 1.0,
                  "projector", 2.0,
                  "language", 3.0,
                  "token_embeddings", 4.0,
                  "image_newline", 5.0));
      assertThat(groupOf.keySet()).isEqualTo(model.weights().keySet());
      assertThat(groupOf)
          .containsEntry("language_model.model.embed_tokens.weight", "token_embeddings")
          .containsEntry("language_model.model.norm.weight", "language")
          .containsEntry("image_newline", "image_newline")
          .containsEntry("multi_modal_projector.linear_1.weight", "projector");
    }
  }

  @Test
  void whatIsNotTrainedHasNoGroupAndRecordsNothing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT32, 1);
      Trainable some = new Trainable(false, true, false, true, false);
      List<ParameterGroup> groups = TrainedParts.select(model, some, RATES);
      assertThat(groups)
          .extracting(ParameterGroup::name)
          .containsExactly("projector", "token_embeddings");
      model
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(array.hasGradient())
                      .as(name)
                      .isEqualTo(groups.stream().anyMatch(g -> g.parameters().containsKey(name))));
    }
  }
}
