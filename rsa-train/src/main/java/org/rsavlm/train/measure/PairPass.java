package org.rsavlm.train.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.eval.probe.FeatureExtractor;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.llava.SequenceBatch;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.LanguageHeadLoss;
import org.rsavlm.models.nn.LanguageModel;
import org.rsavlm.models.nn.LayerVisitor;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.PreparedSample;

/**
 * Takes batches of image-caption pairs through a model: each image with its tiles through the tower
 * once, for the features of its base image and for the sequence that the loss is measured on, and
 * each caption once on its own.
 */
final class PairPass {

  private final VisionLanguageModel model;
  private final LanguageHeadLoss head;
  private final FeatureExtractor features;
  private double lossSum;
  private long supervisedTokens;

  PairPass(VisionLanguageModel model) {
    this.model = model;
    head = new LanguageHeadLoss(model.language(), LanguageHeadLoss.DEFAULT_CHUNK);
    features = new FeatureExtractor(model);
  }

  /**
   * Adds a batch's features and losses.
   *
   * @param manager on the model's device; holds nothing afterwards
   * @throws IllegalStateException if the thread records: the graph would keep all layers' states
   */
  void add(NDManager manager, List<PreparedSample> samples) {
    samples.forEach(PairPass::checkPair);
    try (NDManager scratch = manager.newSubManager()) {
      loss(scratch, samples, images(scratch, samples));
    }
    features.addCaptions(manager, samples.stream().map(PreparedSample::caption).toList());
  }

  HeldOutFeatures result() {
    return new HeldOutFeatures(features.vision(), features.text(), lossSum, supervisedTokens);
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
    long[] base = new long[samples.size()];
    for (int i = 1; i < base.length; i++) {
      base[i] = base[i - 1] + samples.get(i - 1).tiles();
    }
    List<float[]> tiles =
        samples.stream().flatMap(sample -> sample.images().get(0).pixels().stream()).toList();
    NDArray last = features.addImages(scratch, tiles, base);
    NDArray tokens = model.imageTokens(scratch, last, layouts(samples));
    last.close();
    return tokens;
  }

  private static List<AnyResLayout> layouts(List<PreparedSample> samples) {
    return samples.stream().map(sample -> sample.images().get(0).layout()).toList();
  }

  private void loss(NDManager scratch, List<PreparedSample> samples, NDArray image) {
    SequenceBatch batch =
        SequenceBatch.ofImages(
            samples.stream().map(s -> new Tokenized(s.ids(), s.labels())).toList(),
            layouts(samples));
    LanguageModel language = model.language();
    NDArray embedded = language.embed(scratch, longs(scratch, batch.ids()));
    NDArray joined = model.join(scratch, embedded, image, longs(scratch, batch.imagePositions()));
    NDArray last = language.run(scratch, joined, batch.lengths(), LayerVisitor.NONE);
    lossSum +=
        head.sum(scratch, last, longs(scratch, batch.positions()), longs(scratch, batch.labels()));
    supervisedTokens += batch.supervised();
  }

  private static NDArray longs(NDManager manager, long[] values) {
    return Tensors.of(manager, values, values.length);
  }
}
