package org.rsavlm.eval.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.TokenPooling;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.eval.alignment.LayerFeatures;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.models.nn.TokenLayout;
import org.rsavlm.models.qwen2.Qwen2Model;
import org.rsavlm.models.siglip.SiglipVisionModel;

/**
 * Gathers a model's features of the paper's Eq. 1 and 2 at every layer: the mean over an image's
 * tokens in the vision tower, and the mean over a caption's tokens where the language model reads
 * the caption alone.
 *
 * <p>Layer 0 of each side are the embeddings, layer i the output of the i-th block, as Hugging Face
 * counts {@code hidden_states}; the last vision layer is what the projector gets, the last text
 * layer is taken after the final norm. Layers are pooled as they come, so that only one layer's
 * hidden states exist at a time; the means are held on the Java heap as float32.
 */
public final class FeatureExtractor {

  private static final TorchScript SCRIPT =
      TorchScript.load(FeatureExtractor.class, "feature_extractor.py");

  private final VisionLanguageModel model;
  private final LayerRows vision;
  private final LayerRows text;

  /** For a model; takes no batch yet. */
  public FeatureExtractor(VisionLanguageModel model) {
    this.model = model;
    vision = new LayerRows("vision", model.config().vision().layers() + 1);
    text = new LayerRows("text", model.config().language().layers() + 1);
  }

  /** What takes a layer's hidden states; they are closed afterwards. */
  public interface LayerUse {
    void accept(int layer, NDArray states);
  }

  /**
   * Adds the features of some pairs.
   *
   * @param manager on the model's device; holds nothing afterwards
   * @param images values of the base images, each 3 x side x side
   * @param captions token ids of the captions, in the same order
   * @throws IllegalStateException if the thread records: the graph would keep all layers' states
   * @throws IllegalArgumentException if the sides differ in number, or an image is not of the size
   *     that the tower takes
   */
  public void add(NDManager manager, List<float[]> images, List<long[]> captions) {
    checkOff();
    if (images.size() != captions.size()) {
      throw new IllegalArgumentException(
          images.size() + " images but " + captions.size() + " captions");
    }
    try (NDManager scratch = manager.newSubManager()) {
      long[] all = new long[images.size()];
      Arrays.setAll(all, i -> i);
      addImages(scratch, images, all);
    }
    try (NDManager scratch = manager.newSubManager()) {
      addCaptions(scratch, captions);
    }
  }

  /** Fails while the thread records. */
  public static void checkOff() {
    if (GradMode.isEnabled()) {
      throw new IllegalStateException("recording is on; measure under GradMode.disabled()");
    }
  }

  /**
   * Takes images and their tiles through the tower.
   *
   * @param tiles values of each, 3 x side x side
   * @param bases which of them are base images; their features are added
   * @return the last layer of all of them [T, n, d], which the caller closes
   */
  public NDArray addImages(NDManager scratch, List<float[]> tiles, long[] bases) {
    SiglipVisionModel tower = model.vision();
    int side = tower.config().imageSize();
    for (float[] tile : tiles) {
      if (tile.length != 3 * side * side) {
        throw new IllegalArgumentException(
            tile.length
                + " pixel values; this model takes "
                + 3 * side * side
                + ": the images were prepared for another model");
      }
    }
    NDArray pixels = Tensors.cast(Tensors.stack(scratch, tiles, 3, side, side), tower.dtype());
    NDArray chosen = longs(scratch, bases);
    NDArray last =
        through(
            scratch,
            tower.encoder(),
            tower.embed(scratch, pixels),
            (layer, states) -> pool(vision, layer, meanOf(scratch, states, chosen)));
    pool(vision, tower.config().layers(), meanOf(scratch, last, chosen));
    return last;
  }

  /** Takes captions, each by itself, through the language model and adds their features. */
  public void addCaptions(NDManager scratch, List<long[]> captions) {
    long[] lengths = captions.stream().mapToLong(caption -> caption.length).toArray();
    long[] ids = captions.stream().flatMapToLong(Arrays::stream).toArray();
    Qwen2Model language = model.language();
    NDArray last =
        language(
            scratch,
            language.embed(scratch, longs(scratch, ids)),
            lengths,
            (layer, states) -> pool(text, layer, TokenPooling.mean(states, lengths)));
    pool(text, language.config().layers(), TokenPooling.mean(last, lengths));
  }

  /** Runs packed embeddings through the language model up to the final norm. */
  public NDArray language(NDManager scratch, NDArray input, long[] lengths, LayerUse use) {
    Qwen2Model language = model.language();
    TokenLayout layout = language.layout(scratch, lengths);
    NDArray last = through(scratch, language.decoder(layout), input, use);
    NDArray normed = language.finalNorm(scratch, last);
    last.close();
    return normed;
  }

  /** The vision features of all images so far, by layer; they are given once. */
  public LayerFeatures vision() {
    return vision.features();
  }

  /** The text features of all captions so far, by layer; they are given once. */
  public LayerFeatures text() {
    return text.features();
  }

  /** Means of some rows' tokens. */
  private static NDArray meanOf(NDManager scratch, NDArray states, NDArray rows) {
    try (NDArray own = SCRIPT.call(scratch, "select", states, rows).singletonOrThrow()) {
      return TokenPooling.mean(own);
    }
  }

  /** Runs the layers; every state but the last goes to {@code use} and is freed. */
  private static NDArray through(NDManager scratch, LayerStack stack, NDArray input, LayerUse use) {
    NDArray states = input;
    for (int i = 0; i < stack.size(); i++) {
      use.accept(i, states);
      NDArray next = stack.apply(scratch, i, states);
      states.close();
      states = next;
    }
    return states;
  }

  private static void pool(LayerRows rows, int layer, NDArray pooled) {
    try (pooled) {
      rows.add(layer, pooled);
    }
  }

  public static NDArray longs(NDManager manager, long[] values) {
    return Tensors.of(manager, values, values.length);
  }
}
