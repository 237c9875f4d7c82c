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
import org.rsavlm.models.nn.DualEncoder;

/**
 * Gathers a model's features of the paper's Eq. 1 and 2 at every layer: the mean over an image's
 * tokens in its side for images, and the mean over a caption's tokens where its side for texts
 * reads the caption alone.
 *
 * <p>Layer 0 of each side are the embeddings, layer i the output of the i-th block, as Hugging Face
 * counts {@code hidden_states}. Layers are pooled as they come, so that only one layer's hidden
 * states exist at a time; the means are held on the Java heap as float32.
 */
public final class FeatureExtractor {

  private static final TorchScript SCRIPT =
      TorchScript.load(FeatureExtractor.class, "feature_extractor.py");

  private final DualEncoder model;
  private final LayerRows vision;
  private final LayerRows text;

  /** Makes an extractor that has taken no batch yet. */
  public FeatureExtractor(DualEncoder model) {
    this.model = model;
    vision = new LayerRows("vision", model.images().imageLayers() + 1);
    text = new LayerRows("text", model.texts().textLayers() + 1);
  }

  /**
   * Adds the features of some pairs.
   *
   * @param manager on the model's device; holds nothing afterwards
   * @param images values of the images as the model's side for images takes them
   * @param captions token ids of the captions, in the same order
   * @throws IllegalStateException if the thread records: the graph would keep all layers' states
   * @throws IllegalArgumentException if the sides differ in number, or an image is not of a size
   *     that the model takes
   */
  public void add(NDManager manager, List<float[]> images, List<long[]> captions) {
    if (images.size() != captions.size()) {
      throw new IllegalArgumentException(
          images.size() + " images but " + captions.size() + " captions");
    }
    try (NDManager scratch = manager.newSubManager()) {
      long[] all = new long[images.size()];
      Arrays.setAll(all, i -> i);
      addImages(scratch, images, all);
    }
    addCaptions(manager, captions);
  }

  /** Fails while the thread records. */
  private static void checkOff() {
    if (GradMode.isEnabled()) {
      throw new IllegalStateException("recording is on; measure under GradMode.disabled()");
    }
  }

  /**
   * Takes images and their tiles through the side for images.
   *
   * @param manager owns the result
   * @param tiles values of each
   * @param bases which of them are base images; their features are added
   * @return the last layer of all of them [T, P, d], which the caller closes
   * @throws IllegalStateException if the thread records
   */
  public NDArray addImages(NDManager manager, List<float[]> tiles, long[] bases) {
    checkOff();
    try (NDArray chosen = Tensors.of(manager, bases, bases.length)) {
      NDArray last =
          model
              .images()
              .encodeImages(
                  manager,
                  tiles,
                  (layer, states) -> vision.add(layer, meanOf(manager, states, chosen)));
      vision.add(model.images().imageLayers(), meanOf(manager, last, chosen));
      return last;
    }
  }

  /**
   * Takes captions, each by itself, through the side for texts and adds their features.
   *
   * @param manager on the model's device; holds nothing afterwards
   * @throws IllegalStateException if the thread records
   */
  public void addCaptions(NDManager manager, List<long[]> captions) {
    checkOff();
    long[] lengths = captions.stream().mapToLong(caption -> caption.length).toArray();
    try (NDManager scratch = manager.newSubManager()) {
      NDArray last =
          model
              .texts()
              .encodeTexts(
                  scratch,
                  captions,
                  (layer, states) -> text.add(layer, TokenPooling.mean(states, lengths)));
      text.add(model.texts().textLayers(), TokenPooling.mean(last, lengths));
    }
  }

  /**
   * Returns the vision features of all images so far, by layer; they are given once.
   *
   * @throws NonFiniteFeatureException if one is NaN or infinite
   */
  public LayerFeatures vision() {
    return vision.features();
  }

  /**
   * Returns the text features of all captions so far, by layer; they are given once.
   *
   * @throws NonFiniteFeatureException if one is NaN or infinite
   */
  public LayerFeatures text() {
    return text.features();
  }

  /** Returns the mean over the tokens of some of the images. */
  private static NDArray meanOf(NDManager manager, NDArray states, NDArray images) {
    try (NDArray own = SCRIPT.call(manager, "select", states, images).singletonOrThrow()) {
      return TokenPooling.mean(own);
    }
  }
}
