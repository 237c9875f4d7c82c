package org.rsavlm.eval.alignment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.rsavlm.core.Distance;

/** The metrics by the names that the command line and reports know them by. */
public enum MetricName {
  /** {@link MutualKnn}. */
  MUTUAL_KNN(o -> new MutualKnn(o.k(), o.similarity())),
  /** {@link CycleKnn}. */
  CYCLE_KNN(o -> new CycleKnn(o.k(), o.similarity())),
  /** {@link LcsKnn}. */
  LCS_KNN(o -> new LcsKnn(o.k(), o.similarity())),
  /** {@link EditDistanceKnn}. */
  EDIT_DISTANCE_KNN(o -> new EditDistanceKnn(o.k(), o.similarity())),
  /** {@link Cka#linear}. */
  CKA(o -> Cka.linear()),
  /** {@link Cka#rbf}. */
  CKA_RBF(o -> Cka.rbf(o.rbfSigma())),
  /** {@link Cka#unbiased}. */
  UNBIASED_CKA(o -> Cka.unbiased()),
  /** {@link Cknna}. */
  CKNNA(o -> new Cknna(o.k())),
  /** {@link Svcca}. */
  SVCCA(o -> new Svcca(o.ccaDimension())),
  /** {@link RsaDiscrepancy} on Euclidean distances. */
  RSA(o -> new RsaDiscrepancy(Distance.EUCLIDEAN));

  private final Function<MetricOptions, AlignmentMetric> factory;

  MetricName(Function<MetricOptions, AlignmentMetric> factory) {
    this.factory = factory;
  }

  /** Returns the name in lower case, such as {@code mutual_knn}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Makes the metric.
   *
   * @throws IllegalArgumentException for an option out of its range
   */
  public AlignmentMetric create(MetricOptions options) {
    return factory.apply(options);
  }

  /** Returns the metric of a name in lower case; empty if there is none. */
  public static Optional<MetricName> of(String text) {
    return Arrays.stream(values()).filter(metric -> metric.text().equals(text)).findFirst();
  }

  /** Returns all names in lower case, as help and error messages list them. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(MetricName::text).toList();
  }
}
