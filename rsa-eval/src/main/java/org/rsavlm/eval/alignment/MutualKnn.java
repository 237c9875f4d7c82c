package org.rsavlm.eval.alignment;

import java.util.SplittableRandom;

/**
 * Mutual k-nearest-neighbour alignment, the paper's Eq. 9 averaged over samples: the share of the k
 * nearest neighbours of a sample that both spaces agree on.
 *
 * <p>A sample is never its own neighbour; of equally near samples the one with the lower index
 * counts as nearer. The score lies in 0 … 1 and is about k / (N - 1) for unrelated features.
 * Source: Huh et al., "The Platonic Representation Hypothesis" (2024).
 *
 * @param k neighbours per sample, 10 in the paper
 * @param similarity what makes two samples neighbours
 */
public record MutualKnn(int k, Similarity similarity) implements NeighborMetric {

  /** Checks {@code k}. */
  public MutualKnn {
    NeighborSets.checkK(k);
  }

  /** As in the paper: k = 10, neighbours by cosine (rows are L2-normalised first). */
  public static MutualKnn paper() {
    return new MutualKnn(10, Similarity.COSINE);
  }

  @Override
  public String name() {
    return "mutual_knn";
  }

  @Override
  public double score(NeighborSets vision, NeighborSets text) {
    NeighborSets.checkPair(vision, text);
    long common = 0;
    for (int i = 0; i < vision.size(); i++) {
      common += vision.intersection(text, i);
    }
    return (double) common / ((long) vision.size() * vision.k());
  }

  /**
   * Returns the paper's random baseline: the score of two independent sets of standard normal
   * features.
   *
   * @param samples number of samples N
   * @param dimension feature dimension of both sides
   * @param seed makes it repeatable
   */
  public double randomBaseline(int samples, int dimension, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return score(normal(samples, dimension, random), normal(samples, dimension, random));
  }

  private static FeatureMatrix normal(int rows, int cols, SplittableRandom random) {
    float[] values = new float[Math.multiplyExact(rows, cols)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return FeatureMatrix.of(rows, cols, values);
  }
}
