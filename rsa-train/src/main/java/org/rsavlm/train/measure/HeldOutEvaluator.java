package org.rsavlm.train.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.rsavlm.core.RsaEvaluation;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.eval.alignment.FeatureMatrix;
import org.rsavlm.eval.alignment.LayerFeatures;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MutualKnn;
import org.rsavlm.eval.alignment.Similarity;
import org.rsavlm.eval.probe.NonFiniteFeatureException;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.train.data.EvaluationSet;

/**
 * Measures a model on held-out image-caption pairs: language modelling loss, RSA loss, mutual-kNN
 * of all pairs of layers, mean distances and effective ranks.
 *
 * <p>The features are those of the paper's Eq. 1 and 2 at every layer ({@link HeldOutFeatures}), in
 * float32. Neighbours are found by cosine, as the paper's Appendix does after Huh et al. (2024);
 * the RSA loss and its statistics use the distance of the given loss. Figures don't depend on the
 * batch size but for rounding.
 *
 * <pre>{@code
 * HeldOutEvaluator evaluator = new HeldOutEvaluator(model, RsaLoss.euclidean(), 10, 64);
 * StageResult stage = evaluator.evaluate(manager, pairs).toStageResult("1.5");
 * }</pre>
 */
public final class HeldOutEvaluator {

  private final VisionLanguageModel model;
  private final RsaLoss rsa;
  private final MutualKnn metric;
  private final int batchSize;

  /**
   * Makes an evaluator.
   *
   * @param model its parameters may change between evaluations
   * @param rsa distance and text scale of the RSA loss; {@link RsaLoss#euclidean()} where training
   *     has none. One text scale for all arms and stages makes their RSA losses comparable
   * @param k neighbours of mutual-kNN, below the number of pairs
   * @param batchSize pairs of one forward pass
   */
  public HeldOutEvaluator(VisionLanguageModel model, RsaLoss rsa, int k, int batchSize) {
    if (batchSize < 1) {
      throw new UserException("evaluation.batch_size", "is " + batchSize, "it must be at least 1");
    }
    this.model = model;
    this.rsa = rsa;
    this.metric = new MutualKnn(k, Similarity.COSINE);
    this.batchSize = batchSize;
  }

  /**
   * Goes once over the pairs and measures everything.
   *
   * @param manager on the model's device; owns nothing afterwards
   * @param pairs image-caption pairs, prepared with the prompt of the stage
   * @throws UserException if a sample is no image-caption pair, there are no more pairs than
   *     neighbours, or the model's features are not finite
   */
  public HeldOutResult evaluate(NDManager manager, EvaluationSet pairs) {
    return measure(manager, features(manager, pairs));
  }

  /**
   * Goes once over the pairs and returns their features at every layer with the language modelling
   * loss.
   *
   * @param manager on the model's device; owns nothing afterwards
   * @param pairs as in {@link #evaluate}
   * @throws UserException if a sample is no image-caption pair or a feature is not finite
   */
  public HeldOutFeatures features(NDManager manager, EvaluationSet pairs) {
    PairPass pass = new PairPass(model);
    try (GradMode off = GradMode.disabled()) {
      pairs.forEachBatch(batchSize, samples -> pass.add(manager, samples));
    }
    try {
      return pass.result();
    } catch (NonFiniteFeatureException e) {
      throw e.found(
          "held-out evaluation",
          "the training has diverged or the weights are damaged: lower the learning rate or start"
              + " from another checkpoint");
    }
  }

  /**
   * Measures features that {@link #features} has gathered.
   *
   * @param manager on the device that computes the RSA loss; owns nothing afterwards
   * @throws UserException if there are no more pairs than neighbours
   */
  public HeldOutResult measure(NDManager manager, HeldOutFeatures features) {
    if (features.pairs() <= metric.k()) {
      throw new UserException(
          "evaluation.k",
          metric.k() + " neighbours can't be found among " + features.pairs() + " usable pairs",
          "lower k or give more pairs");
    }
    LayerGrid grid = LayerGrid.measure(features.vision(), features.text(), metric);
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager();
        RsaEvaluation last =
            rsa.evaluate(
                scratch, last(scratch, features.vision()), last(scratch, features.text()))) {
      return new HeldOutResult(
          features.pairs(),
          features.supervisedTokens(),
          features.lmLoss(),
          last.loss(),
          last.statistics(),
          grid);
    }
  }

  private static NDArray last(NDManager manager, LayerFeatures features) {
    FeatureMatrix matrix = features.layer(features.layers() - 1);
    return Tensors.of(manager, matrix.toFloats(), matrix.rows(), matrix.cols());
  }
}
