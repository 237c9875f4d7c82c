package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.Nearest;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.AlignmentMeasurement;
import org.rsavlm.eval.alignment.FeaturePreparation;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.eval.alignment.MetricOptions;
import org.rsavlm.eval.alignment.Similarity;
import picocli.CommandLine.Option;

/** What {@code rsa align} measures; mix it in. */
final class MetricArguments {

  private static final MetricOptions DEFAULTS = MetricOptions.defaults();

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      description = "one or more metrics, with commas (mutual_knn)")
  private List<String> metrics = List.of(MetricName.MUTUAL_KNN.text());

  @Option(names = "--k", paramLabel = "N", description = "neighbours per sample (${DEFAULT-VALUE})")
  private int k = DEFAULTS.k();

  @Option(
      names = "--normalize",
      negatable = true,
      description =
          "divide rows by their L2 norm first, as the paper's mutual-kNN does (on for --model, off"
              + " for files)")
  private @Nullable Boolean normalize;

  @Option(
      names = "--outlier-quantile",
      paramLabel = "Q",
      description =
          "clamp each layer's values at this quantile of their size first; platonic-rep takes 0.95"
              + " (${DEFAULT-VALUE}: off)")
  private double outlierQuantile = 1;

  @Option(
      names = "--similarity",
      paramLabel = "KIND",
      description =
          "what makes neighbours without --normalize: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private Similarity similarity = Similarity.INNER_PRODUCT;

  @Option(
      names = "--rbf-sigma",
      paramLabel = "S",
      description = "width of cka_rbf's kernel (${DEFAULT-VALUE})")
  private double rbfSigma = DEFAULTS.rbfSigma();

  @Option(
      names = "--cca-dim",
      paramLabel = "N",
      description = "singular directions of svcca (${DEFAULT-VALUE})")
  private int ccaDimension = DEFAULTS.ccaDimension();

  /** Returns the number of neighbours per sample. */
  int k() {
    return k;
  }

  /** Returns the metrics in the order named, each once. */
  List<MetricName> names() {
    List<MetricName> names = new ArrayList<>();
    for (String name : metrics) {
      names.add(MetricName.of(name.strip()).orElseThrow(() -> unknown(name.strip())));
    }
    return names.stream().distinct().toList();
  }

  /**
   * Returns the metrics with their settings and the preparation of features.
   *
   * @param normalizes whether rows are normalised where nothing is said
   */
  AlignmentMeasurement measurement(boolean normalizes) {
    List<MetricName> names = names();
    try {
      return new AlignmentMeasurement(
          names,
          new MetricOptions(k, similarity, rbfSigma, ccaDimension),
          new FeaturePreparation(normalize == null ? normalizes : normalize, outlierQuantile));
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "rsa align", String.valueOf(e.getMessage()), "see rsa align --help", e);
    }
  }

  private static UserException unknown(String name) {
    String cure =
        Nearest.to(name, MetricName.texts())
            .map(nearest -> "did you mean '" + nearest + "'?")
            .orElse("one or more of " + String.join(", ", MetricName.texts()));
    return new UserException("--metrics", "unknown metric '" + name + "'", cure);
  }

  /** Adds the settings that the scores depend on to a result. */
  void describe(ObjectNode document, AlignmentMeasurement measurement) {
    boolean normalized = measurement.preparation().normalize();
    document.put("k", k).put("normalize", normalized);
    Similarity used = normalized ? Similarity.COSINE : similarity;
    document.put("similarity", used.name().toLowerCase(Locale.ROOT));
    document.put("outlier_quantile", outlierQuantile);
  }
}
