package org.rsavlm.models.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.nn.DualEncoder;
import org.rsavlm.models.nn.ImageEncoder;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.nn.TextEncoder;
import org.rsavlm.models.nn.TokenLayout;
import org.rsavlm.models.siglip.SiglipVisionModel;
import org.rsavlm.models.text.Tokenized;

/**
 * A LLaVA-OneVision-style vision-language model: a SigLIP tower, the projector, and a Qwen2
 * language model whose input sequence holds the projected image tokens.
 *
 * <p>The parts are blocks of their own; training and generation drive them one by one. As a DJL
 * block it takes base images [B, 3, S, S] and one sample's token ids [L] with {@link
 * Tokenized#IMAGE} at the B images, and returns the logits [T, V] of the expanded sequence.
 */
public final class VisionLanguageModel extends AbstractBlock implements DualEncoder {

  private static final String LANGUAGE_PREFIX = "language_model.";
  private static final String VISION_PREFIX = "vision_tower.";

  private final VlmConfig config;
  private final SiglipVisionModel vision;
  private final MultimodalProjector projector;
  private final RotaryDecoder language;
  private final TorchScript script = TorchScript.load(VisionLanguageModel.class, "vlm.py");

  /** Declares the parameters of a config. */
  public VisionLanguageModel(VlmConfig config) {
    this.config = config;
    vision = addChildBlock("vision", new SiglipVisionModel(config.vision()));
    projector =
        addChildBlock(
            "projector",
            new MultimodalProjector(
                config.vision().hiddenSize(),
                config.language().hiddenSize(),
                config.projectorBias()));
    language = addChildBlock("language", LanguageFamilies.model(config.language()));
  }

  /** Returns the sizes of all three parts. */
  public VlmConfig config() {
    return config;
  }

  /** Returns the vision tower. */
  public SiglipVisionModel vision() {
    return vision;
  }

  /** Returns the projector from vision features to token embeddings. */
  public MultimodalProjector projector() {
    return projector;
  }

  /** Returns the language model. */
  public RotaryDecoder language() {
    return language;
  }

  @Override
  public ImageEncoder images() {
    return vision;
  }

  @Override
  public TextEncoder texts() {
    return language;
  }

  /** Returns the three parts, in the order of the data. */
  public List<NamedBlock> parts() {
    return List.of(vision, projector, language);
  }

  /** Creates the parameters with unset contents; see {@link NamedBlock#allocate}. */
  public void allocate(NDManager manager, TorchDtype dtype) {
    parts().forEach(part -> part.allocate(manager, dtype));
  }

  /** Fills the parameters as the reference implementations start them. */
  public void randomize(long seed) {
    parts().forEach(part -> part.randomize(seed));
  }

  /**
   * Returns the name that Hugging Face's {@code llava_onevision} layout gives a part's parameter.
   *
   * @param part one of {@link #parts}
   * @param name the part's own name of it
   */
  public String hubName(NamedBlock part, String name) {
    if (part == vision) {
      return VISION_PREFIX + name;
    }
    return part == language ? LANGUAGE_PREFIX + name : name;
  }

  /** Returns all parameters by their Hugging Face names. */
  public Map<String, NDArray> weights() {
    Map<String, NDArray> all = new LinkedHashMap<>();
    for (NamedBlock part : parts()) {
      part.weights().forEach((name, array) -> all.put(hubName(part, name), array));
    }
    return all;
  }

  /**
   * Returns the tokens that stand for images in a sequence: projected, and joined as each image's
   * layout says.
   *
   * @param features [T, P, dv], the tower's, of all tiles in order of images and tiles
   * @param layouts one for each image, of T tiles together
   * @return [I, d], the images' tokens one after the other
   * @see ImageFeatures#pack
   */
  public NDArray imageTokens(NDManager manager, NDArray features, List<AnyResLayout> layouts) {
    NDArray projected = projector.project(manager, features);
    return ImageFeatures.pack(manager, projected, projector.imageNewline(), layouts);
  }

  /**
   * Puts image tokens into a sequence of token embeddings.
   *
   * @param text [T, d] with any row at image positions
   * @param image [I, d]
   * @param positions int64 [I], the places of the image tokens
   * @return [T, d]
   */
  public NDArray join(NDManager manager, NDArray text, NDArray image, NDArray positions) {
    return join(manager, text, List.of(image), positions);
  }

  /**
   * As {@link #join(NDManager, NDArray, NDArray, NDArray)}, with each image's tokens apart.
   *
   * @param images in the order of their positions, each [n, d], I rows in all
   */
  public NDArray join(NDManager manager, NDArray text, List<NDArray> images, NDArray positions) {
    return script.call(manager, "join", text, images, positions).singletonOrThrow();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray pixels = inputs.get(0);
    NDManager manager = pixels.getManager();
    long[] ids = inputs.get(1).toType(DataType.INT64, false).toLongArray();
    int images = Math.toIntExact(pixels.getShape().get(0));
    List<AnyResLayout> layouts =
        Collections.nCopies(images, AnyResLayout.flat(config.vision().gridSize()));
    SequenceBatch batch = SequenceBatch.ofImages(List.of(new Tokenized(ids, ids.clone())), layouts);
    NDArray states = vision.hiddenStates(manager, pixels).get(config.vision().layers());
    NDArray image = imageTokens(manager, states, layouts);
    NDArray text = language.embed(manager, Tensors.of(manager, batch.ids(), batch.tokens()));
    NDArray positions = Tensors.of(manager, batch.imagePositions(), batch.imagePositions().length);
    TokenLayout layout = language.layout(manager, batch.lengths());
    NDList hidden = language.hiddenStates(manager, join(manager, text, image, positions), layout);
    return new NDList(language.logits(manager, hidden.get(hidden.size() - 1)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long images = inputShapes[0].get(0);
    long tokens = inputShapes[1].get(0) - images + images * config.vision().tokens();
    return new Shape[] {new Shape(tokens, config.language().vocabSize())};
  }

  @Override
  public void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    parts().forEach(part -> part.initialize(manager, dataType, inputShapes));
  }
}
