package org.rsavlm.train.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.TokenPooling;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.LanguageHeadLoss;
import org.rsavlm.models.LayerStack;
import org.rsavlm.models.Qwen2Model;
import org.rsavlm.models.SequenceBatch;
import org.rsavlm.models.SiglipVisionConfig;
import org.rsavlm.models.SiglipVisionModel;
import org.rsavlm.models.TokenLayout;
import org.rsavlm.models.VisionLanguageModel;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.PreparedSample;

/**
 * Takes batches of image-caption pairs through a model: each image with its tiles through the tower
 * once, for the features of its base image and for the sequence that the loss is measured on, and
 * each caption once on its own. Layers are pooled as they come, so that only one layer's hidden
 * states exist at a time.
 */
final class PairPass {

  private static final TorchScript SCRIPT = TorchScript.load(PairPass.class, "pair_pass.py");

  private final VisionLanguageModel model;
  private final LanguageHeadLoss head;
  private final LayerRows vision;
  private final LayerRows text;
  private double lossSum;
  private long supervisedTokens;

  PairPass(VisionLanguageModel model) {
    this.model = model;
    head = new LanguageHeadLoss(model.language(), LanguageHeadLoss.DEFAULT_CHUNK);
    vision = new LayerRows("vision", model.config().vision().layers() + 1);
    text = new LayerRows("text", model.config().language().layers() + 1);
  }

  /** What takes a layer's hidden states; they are closed afterwards. */
  private interface LayerUse {
    void accept(int layer, NDArray states);
  }

  /**
   * Measures a batch.
   *
   * @param manager on the model's device; holds nothing afterwards
   * @throws IllegalStateException if the thread records: the graph would keep all layers' states
   */
  void add(NDManager manager, List<PreparedSample> samples) {
    if (GradMode.isEnabled()) {
      throw new IllegalStateException("recording is on; measure under GradMode.disabled()");
    }
    samples.forEach(PairPass::checkPair);
    try (NDManager scratch = manager.newSubManager()) {
      loss(scratch, samples, images(scratch, samples));
    }
    try (NDManager scratch = manager.newSubManager()) {
      captions(scratch, samples);
    }
  }

  HeldOutFeatures result() {
    return new HeldOutFeatures(vision.features(), text.features(), lossSum, supervisedTokens);
  }

  private static void checkPair(PreparedSample sample) {
    if (!sample.rsa() || sample.images().size() != 1) {
      throw new UserException(
          "evaluation.data",
          "sample " + sample.id() + " is not one image with one caption",
          "give a file of image-caption pairs");
    }
  }

  /** Pools all layers of the tower, for the base images, and returns all image tokens [I, d]. */
  private NDArray images(NDManager scratch, List<PreparedSample> samples) {
    SiglipVisionModel tower = model.vision();
    NDArray pixels = Tensors.cast(pixels(scratch, samples), tower.dtype());
    long[] base = new long[samples.size()];
    for (int i = 1; i < base.length; i++) {
      base[i] = base[i - 1] + samples.get(i - 1).tiles();
    }
    NDArray bases = longs(scratch, base);
    NDArray last =
        through(
            scratch,
            tower.encoder(),
            tower.embed(scratch, pixels),
            (layer, states) -> pool(vision, layer, meanOf(scratch, states, bases)));
    pool(vision, tower.config().layers(), meanOf(scratch, last, bases));
    NDArray tokens = model.imageTokens(scratch, last, layouts(samples));
    last.close();
    return tokens;
  }

  /** Means of some rows' tokens. */
  private static NDArray meanOf(NDManager scratch, NDArray states, NDArray rows) {
    try (NDArray own = SCRIPT.call(scratch, "select", states, rows).singletonOrThrow()) {
      return TokenPooling.mean(own);
    }
  }

  private static List<AnyResLayout> layouts(List<PreparedSample> samples) {
    return samples.stream().map(sample -> sample.images().get(0).layout()).toList();
  }

  private NDArray pixels(NDManager scratch, List<PreparedSample> samples) {
    SiglipVisionConfig config = model.config().vision();
    int size = 3 * config.imageSize() * config.imageSize();
    List<float[]> tiles = new ArrayList<>();
    for (PreparedSample sample : samples) {
      for (float[] tile : sample.images().get(0).pixels()) {
        if (tile.length != size) {
          throw new IllegalArgumentException(
              sample.id()
                  + ": "
                  + tile.length
                  + " pixel values; this model takes "
                  + size
                  + ": the samples were prepared for another model");
        }
        tiles.add(tile);
      }
    }
    return Tensors.stack(scratch, tiles, 3, config.imageSize(), config.imageSize());
  }

  private void loss(NDManager scratch, List<PreparedSample> samples, NDArray image) {
    SequenceBatch batch =
        SequenceBatch.ofImages(
            samples.stream().map(s -> new Tokenized(s.ids(), s.labels())).toList(),
            layouts(samples));
    Qwen2Model language = model.language();
    NDArray embedded = language.embed(scratch, longs(scratch, batch.ids()));
    NDArray joined = model.join(scratch, embedded, image, longs(scratch, batch.imagePositions()));
    NDArray last = language(scratch, joined, batch.lengths(), (layer, states) -> {});
    lossSum +=
        head.sum(scratch, last, longs(scratch, batch.positions()), longs(scratch, batch.labels()));
    supervisedTokens += batch.supervised();
  }

  private void captions(NDManager scratch, List<PreparedSample> samples) {
    long[] lengths = samples.stream().mapToLong(s -> s.caption().length).toArray();
    long[] ids = samples.stream().flatMapToLong(s -> Arrays.stream(s.caption())).toArray();
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
  private NDArray language(NDManager scratch, NDArray input, long[] lengths, LayerUse use) {
    Qwen2Model language = model.language();
    TokenLayout layout = language.layout(scratch, lengths);
    NDArray last = through(scratch, language.decoder(layout), input, use);
    NDArray normed = language.finalNorm(scratch, last);
    last.close();
    return normed;
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

  private static NDArray longs(NDManager manager, long[] values) {
    return Tensors.of(manager, values, values.length);
  }
}
