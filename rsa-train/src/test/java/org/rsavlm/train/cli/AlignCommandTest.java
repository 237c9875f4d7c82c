package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.eval.alignment.FeatureMatrix;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.eval.alignment.MutualKnn;
import org.rsavlm.eval.alignment.Similarity;
import org.rsavlm.eval.features.FeatureFile;

class AlignCommandTest {

  @TempDir Path temp;

  @BeforeEach
  void writeFeatures() throws IOException {
    write("a.npy", 1, 40, 6);
    write("b.npy", 2, 40, 8);
    write("short.npy", 3, 9, 8);
    write("layers.npy", 4, 3, 40, 8);
    write("transposed.npy", 5, 40, 3, 8);
  }

  @Test
  void twoLayersGiveOneScoreForEachMetric() throws IOException {
    JsonNode answer =
        json("a.npy", "b.npy", "--k=5", "--metrics=mutual_knn,cka,rsa,mutual_knn,cknna,svcca");
    assertThat(answer.get("metrics").properties())
        .extracting(entry -> entry.getKey())
        .containsExactly("mutual_knn", "cka", "rsa", "cknna", "svcca");
    assertThat(answer.get("metrics").get("mutual_knn").doubleValue())
        .isEqualTo(
            new MutualKnn(5, Similarity.INNER_PRODUCT).score(matrix("a.npy"), matrix("b.npy")));
    assertThat(answer.has("grids")).isFalse();
    assertThat(answer.get("samples").intValue()).isEqualTo(40);
  }

  @Test
  void normalisedRowsHaveNeighboursByCosine() throws IOException {
    JsonNode answer = json("a.npy", "b.npy", "--k=5", "--normalize", "--metrics=mutual_knn,rsa");
    assertThat(answer.get("metrics").get("mutual_knn").doubleValue())
        .isEqualTo(new MutualKnn(5, Similarity.COSINE).score(matrix("a.npy"), matrix("b.npy")));
    // Distances between unit vectors are at most 2.
    assertThat(answer.get("metrics").get("rsa").doubleValue()).isBetween(0.0, 4.0);
    JsonNode clamped = json("a.npy", "b.npy", "--outlier-quantile=0.5", "--metrics=rsa");
    JsonNode plain = json("a.npy", "b.npy", "--metrics=rsa");
    assertThat(clamped.get("metrics").get("rsa").doubleValue())
        .isLessThan(plain.get("metrics").get("rsa").doubleValue());
  }

  @Test
  void layersGiveAGridWithItsBestAndLastPair() throws IOException {
    JsonNode answer = json("layers.npy", "b.npy", "--k=5", "--metrics=mutual_knn,rsa");
    for (String metric : new String[] {"mutual_knn", "rsa"}) {
      JsonNode grid = answer.get("grids").get(metric);
      double best = grid.get("best").get("score").doubleValue();
      assertThat(grid.get("scores")).hasSize(3);
      for (JsonNode row : grid.get("scores")) {
        assertThat(row).hasSize(1);
        double score = row.get(0).doubleValue();
        assertThat(metric.equals("rsa") ? score >= best : score <= best).isTrue();
      }
      assertThat(answer.get("metrics").get(metric).doubleValue()).isEqualTo(best);
      assertThat(grid.get("last").get("vision_layer").intValue()).isEqualTo(2);
      assertThat(grid.get("last").get("score").doubleValue())
          .isEqualTo(grid.get("scores").get(2).get(0).doubleValue());
    }
  }

  @Test
  void peopleGetALineForEachMetricAndJsonNeverHoldsNaN() throws IOException {
    CommandLineRun run = run("layers.npy", "a.npy", "--metrics=mutual_knn,lcs_knn");
    assertThat(run.out()).contains("mutual_knn ", "best of all pairs", "lcs_knn ").hasLineCount(2);
    writeValues("constant.npy", new double[80], 40, 2);
    assertThat(
            json("a.npy", "constant.npy", "--metrics=svcca").get("metrics").get("svcca").isNull())
        .isTrue();
    JsonNode same = json("a.npy", "a.npy", "--metrics=mutual_knn").get("metrics");
    assertThat(same.get("mutual_knn").doubleValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.npy | b.npy | --metrics=mutual_kn | --metrics: unknown metric 'mutual_kn' (did you mean",
        "a.npy | b.npy | --metrics= | unknown metric ''",
        "a.npy | b.npy | --k=0 | rsa align: k must be at least 1, got 0",
        "a.npy | b.npy | --k=40 | 40 samples, but these metrics need at least 41",
        "a.npy | b.npy | --k=x | invalid value for option '--k'",
        "a.npy | b.npy | --outlier-quantile=1.5 | must be above 0 and at most 1, got 1.5",
        "a.npy | b.npy | --similarity=dot | invalid value for option '--similarity'",
        "a.npy | short.npy | --k=5 | 9 samples, but 40 in",
        "transposed.npy | layers.npy | --k=2 | transpose files of [N, layers, d]",
        "a.npy | absent.npy | --k=5 | absent.npy: can't be read: no such file",
        "a.npy | b.npy#x | --k=5 | holds one array without a name",
      })
  void mistakesEndWith2AndOneLine(String vision, String text, String option, String message)
      throws IOException {
    CommandLineRun run = run(vision, text, option);
    assertThat(run.err()).startsWith("error: ").contains(message).hasLineCount(1);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void theHelpNamesEveryMetric() {
    String help = CommandLineRun.of("align", "--help").out().replaceAll("\\s+", " ");
    for (String metric : MetricName.texts()) {
      assertThat(help).contains(metric);
    }
    assertThat(help).contains("Examples:", "--outlier-quantile 0.95");
  }

  private JsonNode json(String vision, String text, String... options) throws IOException {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--json";
    CommandLineRun run = run(vision, text, all);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    return new ObjectMapper().readTree(run.out());
  }

  private CommandLineRun run(String vision, String text, String... options) {
    String[] args = new String[options.length + 3];
    args[0] = "align";
    args[1] = "--vision=" + temp.resolve(vision);
    args[2] = "--text=" + temp.resolve(text);
    System.arraycopy(options, 0, args, 3, options.length);
    return CommandLineRun.of(args);
  }

  private FeatureMatrix matrix(String name) {
    try (FeatureFile file = FeatureFile.open(temp.resolve(name).toString())) {
      return file.layer(0);
    }
  }

  private void write(String name, long seed, int... shape) throws IOException {
    int count = 1;
    for (int dimension : shape) {
      count *= dimension;
    }
    Random random = new Random(seed);
    writeValues(name, random.doubles(count).map(x -> 4 * x - 2).toArray(), shape);
  }

  private void writeValues(String name, double[] values, int... shape) throws IOException {
    StringBuilder dimensions = new StringBuilder();
    for (int dimension : shape) {
      dimensions.append(dimension).append(", ");
    }
    String header =
        "{'descr': '<f8', 'fortran_order': False, 'shape': (%s)}\n".formatted(dimensions);
    ByteBuffer out = ByteBuffer.allocate(10 + header.length() + 8 * values.length);
    out.order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93);
    out.put("NUMPY\1\0".getBytes(StandardCharsets.US_ASCII)).putShort((short) header.length());
    out.put(header.getBytes(StandardCharsets.US_ASCII));
    for (double value : values) {
      out.putDouble(value);
    }
    Files.write(temp.resolve(name), out.array());
  }
}
