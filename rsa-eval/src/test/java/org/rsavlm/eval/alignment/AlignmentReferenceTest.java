package org.rsavlm.eval.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric against platonic-rep's own code, see {@code make_alignment_fixture.py}. */
class AlignmentReferenceTest {

  static List<JsonNode> cases() throws IOException {
    try (InputStream in =
        AlignmentReferenceTest.class.getResourceAsStream("/reference/alignment.json")) {
      List<JsonNode> cases = new ArrayList<>();
      new ObjectMapper().readTree(in).get("cases").forEach(cases::add);
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPlatonicRep(JsonNode spec) {
    boolean normalize = spec.get("normalize").asBoolean();
    FeaturePreparation preparation =
        new FeaturePreparation(normalize, spec.get("quantile").asDouble());
    boolean wide = spec.get("seed").asInt() % 2 == 0;
    FeatureMatrix vision = preparation.apply(ReferenceFeatures.of(spec, 0, wide));
    FeatureMatrix text = preparation.apply(ReferenceFeatures.of(spec, 1, wide));
    MetricOptions options =
        new MetricOptions(
            spec.get("k").asInt(), Similarity.INNER_PRODUCT, normalize ? 1.0 : 8.0, 10);
    JsonNode values = spec.get("values");
    for (MetricName metric : MetricName.values()) {
      JsonNode expected = values.get(metric.text());
      if (expected == null || expected.isNull()) {
        continue;
      }
      double score = metric.create(options).score(vision, text);
      double value = expected.asDouble();
      double bound =
          switch (metric) {
            // The reference's NIPALS stops at a tolerance of its own.
            case SVCCA -> 1e-4;
            case RSA -> 1e-10 * value;
            default -> 1e-6;
          };
      assertThat(score).as("%s", metric).isCloseTo(value, within(bound));
    }
  }

  /** The published SVCCA is random; where it agrees with itself, it has to agree with ours. */
  @Test
  void agreesWithPublishedSvccaWhereThatIsSettled() throws IOException {
    int settled = 0;
    for (JsonNode spec : cases()) {
      JsonNode values = spec.get("values");
      if (values.path("svcca_spread").asDouble(1) < 1e-3) {
        settled++;
        assertThat(values.get("svcca").asDouble())
            .isCloseTo(values.get("svcca_as_published").asDouble(), within(1e-2));
      }
    }
    assertThat(settled).isGreaterThanOrEqualTo(4);
  }

  /** A fixture of nothing but nulls would hold for anything. */
  @Test
  void theReferenceSaysSomethingOfEveryMetric() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    assertThat(cases()).hasSize(20);
    for (JsonNode spec : cases()) {
      for (String metric : MetricName.texts()) {
        if (spec.get("values").path(metric).isNumber()) {
          counts.merge(metric, 1, Integer::sum);
        }
      }
    }
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(MetricName.texts());
    assertThat(counts.values()).allMatch(count -> count >= 16);
  }
}
