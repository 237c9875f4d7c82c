package org.rsavlm.eval.alignment;

/**
 * What the metrics can be set to; each takes what concerns it.
 *
 * @param k neighbours per sample, for the nearest-neighbour metrics and CKNNA
 * @param similarity what makes two samples neighbours
 * @param rbfSigma width of {@code cka_rbf}
 * @param ccaDimension singular directions of {@code svcca}
 */
public record MetricOptions(int k, Similarity similarity, double rbfSigma, int ccaDimension) {

  /** Returns k = 10 and cosine as in the paper, sigma 1 and 10 directions as in platonic-rep. */
  public static MetricOptions defaults() {
    return new MetricOptions(10, Similarity.COSINE, 1, 10);
  }
}
