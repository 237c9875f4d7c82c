package org.rsavlm.eval.alignment;

/**
 * Centred kernel alignment: HSIC(K, L) / (sqrt(HSIC(K, K) HSIC(L, L)) + {@value #EPSILON}), in
 * float64.
 *
 * <p>At most 1; the unbiased estimate may fall below 0. The small constant is platonic-rep's, kept
 * so that scores can be compared with published ones: where HSIC itself is as small (unbiased, on
 * normalised rows of high dimension) it lowers the score noticeably, even of features with
 * themselves. Sources: Kornblith et al. (2019); the unbiased HSIC of Song et al. (2012), Eq. 5.
 */
public final class Cka implements PreparedMetric<CenteredKernel> {
  static final double EPSILON = 1e-6;

  /** How a kernel of rows is made. */
  private enum Kernel {
    LINEAR,
    RBF
  }

  private final String name;
  private final Kernel kernel;
  private final double sigma;
  private final boolean unbiased;

  private Cka(String name, Kernel kernel, double sigma, boolean unbiased) {
    this.name = name;
    this.kernel = kernel;
    this.sigma = sigma;
    this.unbiased = unbiased;
  }

  /** Returns {@code cka}: inner products of the rows and the biased HSIC. */
  public static Cka linear() {
    return new Cka("cka", Kernel.LINEAR, 1, false);
  }

  /** Returns {@code unbiased_cka}: inner products of the rows and the unbiased HSIC. */
  public static Cka unbiased() {
    return new Cka("unbiased_cka", Kernel.LINEAR, 1, true);
  }

  /**
   * Returns {@code cka_rbf}: exp(-|x - y|² / 2 sigma²) and the biased HSIC. With a sigma far below
   * the rows' distances every kernel is the identity and every score 1.
   *
   * @param sigma above 0; platonic-rep's default is 1
   */
  public static Cka rbf(double sigma) {
    if (!(sigma > 0) || Double.isInfinite(sigma)) {
      throw new IllegalArgumentException("sigma must be above 0, got " + sigma);
    }
    return new Cka("cka_rbf", Kernel.RBF, sigma, false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int leastSamples() {
    return unbiased ? 4 : 2;
  }

  @Override
  public CenteredKernel prepare(FeatureMatrix features) {
    double[] values =
        kernel == Kernel.LINEAR
            ? Kernels.centeredInnerProducts(features)
            : Kernels.gaussian(features, sigma);
    return unbiased
        ? CenteredKernel.unbiased(values, features.rows())
        : CenteredKernel.biased(values, features.rows());
  }

  @Override
  public double compare(CenteredKernel vision, CenteredKernel text) {
    return vision.hsic(text) / (Math.sqrt(vision.self() * text.self()) + EPSILON);
  }
}
