package org.rsavlm.eval.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.benchmark.Benchmark;
import org.rsavlm.eval.benchmark.Benchmarks;

class StudyReportTest {

  @TempDir Path temp;

  private Path run(String name, double stage1, double stage2) throws IOException {
    Path directory = Files.createDirectories(temp.resolve(name));
    Files.writeString(
        directory.resolve("evaluation.jsonl"),
        """
        {"stage":"1","mutual_knn":0.01,"mutual_knn_best":%s,"lm_loss":2.5}
        {"stage":"1.5","mutual_knn":0.02,"mutual_knn_best":%s,"lm_loss":%s}
        {"stage":"2","effective_rank_vision":%s}
        """
            .formatted(stage1, stage2, 1.5 + stage1, stage1));
    return directory;
  }

  private static StudyReport report(String study, List<String> runs) {
    List<RunMeasurements> data = new ArrayList<>();
    runs.forEach(run -> data.addAll(RunReader.read(run)));
    return new StudyReport(
        List.of(Study.named(study)), data, List.of("lm_loss", "effective_rank_vision"));
  }

  private static JsonNode row(StudyReport report, String label) {
    for (JsonNode row : report.json().get("studies").get(0).get("rows")) {
      if (row.get("label").asText().equals(label)) {
        return row;
      }
    }
    throw new AssertionError("no row " + label);
  }

  /** Differences that the paper prints are those of its rows, but for the cases that notes name. */
  @Test
  void thePapersNumbersAreConsistent() {
    int differences = 0;
    for (Study study : Study.all()) {
      for (int r = 0; r < study.rows().size(); r++) {
        Study.Row row = study.rows().get(r);
        assertThat(row.paper().size()).isIn(0, study.columns().size());
        for (int c = 0; row.difference() && c < row.paper().size(); c++) {
          double expected =
              study.rows().get(r - 1).paper().get(c) - study.rows().get(r - 2).paper().get(c);
          assertThat(row.paper().get(c))
              .as("%s, %s, column %d", study.id(), row.label(), c)
              .isCloseTo(expected, within(0.0011));
          differences++;
        }
      }
    }
    assertThat(differences).isEqualTo(4 * 3 + 2 * 15);
    assertThat(Study.named("table-g1").rows().get(3).paper()).containsExactly(.203, .120, .094);
  }

  @Test
  void seedsOfAKeyAreAveragedAndDifferencesTakenSeedBySeed() throws IOException {
    StudyReport report =
        report(
            "figure-e1",
            List.of(
                "baseline=" + run("b0", .05, .06),
                "baseline=" + run("b1", .07, .06),
                "rsa=" + run("r0", .06, .10),
                "rsa=" + run("r1", .09, .05)));
    String column = "Mutual-kNN (best pair of layers), held out";
    JsonNode first = row(report, "Stage-1, w/ RSA").at("/ours").get(column);
    assertThat(first.get("mean").doubleValue()).isCloseTo(.075, within(1e-12));
    assertThat(first.get("deviation").doubleValue()).isCloseTo(.0212132, within(1e-6));
    JsonNode difference = row(report, "Stage-1, Δ").at("/ours").get(column);
    assertThat(difference.get("seeds").get(0).doubleValue()).isCloseTo(.01, within(1e-12));
    assertThat(difference.get("seeds").get(1).doubleValue()).isCloseTo(.02, within(1e-12));
    assertThat(row(report, "Stage-2, w/ RSA").get("ours")).hasSize(1);
    assertThat(report.markdown())
        .contains(
            "| Stage-1, Δ | ours | ▲ +0.015 (higher in 2 of 2) | +0.000 (higher in 0 of 2) | – |",
            "| Stage-1.5, Δ | ours | +0.015 (higher in 1 of 2) | ▼ +0.015 (higher in 2 of 2) | – |",
            "| Stage-2, Δ | ours | – | – | +0.0 (higher in 2 of 2) |");
  }

  @Test
  void alignmentsStandInTheColumnOfTheirDataSet() throws IOException {
    Path before = temp.resolve("before.json");
    Files.writeString(
        before,
        """
        {"metrics":{"mutual_knn":0.2},"columns":"coco","data":"x/val.parquet",
         "random_mutual_knn":{"mean":0.011,"deviation":0.001,"seeds":[0.010,0.012]},
         "grids":{"mutual_knn":{"best":{"vision_layer":1,"text_layer":0,"score":0.2,"deviation":0.01,
          "seeds":[0.19,0.21]},"last":{"vision_layer":1,"text_layer":0,"score":0.2,"seeds":[0.19,0.21]},
          "scores":[[0.1],[0.2]],"deviation":[[0.0],[0.01]]}}}
        """);
    Path after = temp.resolve("after.json");
    Files.writeString(after, Files.readString(before).replace("0.19,0.21", "0.15,0.16"));
    Path files = temp.resolve("vision-only.json");
    Files.writeString(files, "{\"metrics\":{\"mutual_knn\":0.5},\"samples\":1000}");
    StudyReport report =
        report("table-g2", List.of("before=" + before, "after=" + after, "vision-only=" + files));
    JsonNode row = row(report, "LLaVA-OneVision-7B, after");
    assertThat(row.at("/paper/MSCOCO").doubleValue()).isEqualTo(.174);
    assertThat(row.at("/ours/MSCOCO/mean").doubleValue()).isCloseTo(.155, within(1e-12));
    assertThat(row(report, "Δ").at("/ours/MSCOCO/mean").doubleValue())
        .isCloseTo(-.045, within(1e-12));
    assertThat(row(report, "Random").at("/ours/MSCOCO/seeds")).hasSize(2);
    assertThat(row(report, "Vision-only").get("ours").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("vision-only: Mutual-kNN (best pair of layers)");
    assertThat(report.markdown())
        .contains("| LLaVA-OneVision-7B, after | paper | 0.174 | 0.107 | 0.078 | – |")
        .contains("| LLaVA-OneVision-7B, after | ours | 0.155 ± 0.007 | – | – | – |")
        .contains("| Δ | ours | ▼ −0.045 (higher in 0 of 2) |");

    StudyReport maps = report("figure-c1", List.of("a=" + before, "b=" + after));
    maps.writeTo(temp.resolve("out"), Map.of("Runs", "a, b"));
    assertThat(temp.resolve("out/study.html"))
        .content()
        .contains("a, coco", "b, coco", "<svg")
        .doesNotContain("<script", "http://", "https://");
    assertThat(temp.resolve("out/study.md"))
        .content()
        .contains("best 0.2000 ± 0.0100 at vision layer 1 with language layer 0");
  }

  @Test
  void curvesTellWhenTheBaselinesLastIsReached() throws IOException {
    for (String key : List.of("rsa", "baseline")) {
      double rate = key.equals("rsa") ? .002 : .001;
      StringBuilder probe = new StringBuilder();
      for (int step = 0; step <= 40; step += 10) {
        probe.append(
            "{\"stage\":\"1\",\"step\":%d,\"mutual_knn\":%s,\"lm_loss\":%s}\n"
                .formatted(step, rate * step, 3 - rate * step));
      }
      Files.writeString(run(key, 0, 0).resolve("probe.jsonl"), probe);
    }
    List<String> runs =
        new ArrayList<>(
            List.of("rsa=" + temp.resolve("rsa"), "baseline=" + temp.resolve("baseline")));
    for (int step : new int[] {200, 100}) {
      Path result = temp.resolve("mme-" + step + ".json");
      Files.writeString(result, "{\"benchmark\":\"mme\",\"score\":" + (1000 + step) + "}");
      runs.add("rsa@" + step + "=" + result);
    }
    StudyReport report = report("figure-4", runs);
    assertThat(report.markdown())
        .contains(
            "| Mutual-kNN (last layers), stage 1, rsa | ours | 0.000 | 0.080 | 0 … 40 | step 20 |")
        .contains(
            "| Mutual-kNN (last layers), stage 1, baseline | ours | 0.000 | 0.040 | 0 … 40 | step 40 |")
        .contains("| LM loss (held out), stage 1, rsa | ours | 3.000 | 2.920 | 0 … 40 | step 20 |")
        .contains("| mme, rsa | ours | 1100.000 | 1200.000 | 100 … 200 | – |");
    report.writeTo(temp.resolve("curves"), Map.of());
    assertThat(temp.resolve("curves/study.html")).content().contains("<svg", "arm-rsa");
  }

  private String checkpoint(String key, int step, String benchmark, double score)
      throws IOException {
    Path file = temp.resolve(key + step + benchmark + score + ".json");
    Files.writeString(file, "{\"benchmark\":\"" + benchmark + "\",\"score\":" + score + "}");
    return key + "@" + step + "=" + file;
  }

  @Test
  void checkpointsAreAveragedByCategoryOverWhatAllRunsMeasured() throws IOException {
    List<String> runs = new ArrayList<>();
    for (String key : List.of("rsa", "baseline")) {
      double more = key.equals("rsa") ? .2 : 0;
      for (int step : new int[] {200, 100}) {
        double gain = step / 1000.0 + more;
        runs.add(checkpoint(key, step, "seedbench", .1 + gain));
        runs.add(checkpoint(key, step, "realworldqa", .2 + gain));
        runs.add(checkpoint(key, step, "pope", .4 + gain));
        runs.add(checkpoint(key, step, "mme", 2800 * (.5 + gain)));
        runs.add(checkpoint(key, step, "chartqa", .3 + gain));
        runs.add(checkpoint(key, step, "docvqa", .5 + gain));
      }
    }
    runs.add(checkpoint("rsa", 100, "ai2d", .9)); // the baseline has none
    runs.add(checkpoint("rsa", 300, "docvqa", .9)); // without chartqa
    runs.add(checkpoint("rsa", 100, "docvqa", .9)); // another seed, .8 before
    StudyReport report = report("figure-4", runs);
    String general = "| General Visual Understanding & Perception, mean of 4 of 4, ";
    String charts = "| Chart/Document/Diagram Understanding, mean of 2 of 4, ";
    String note =
        "Chart/Document/Diagram Understanding: the mean is that of ChartQA, DocVQA; not every run"
            + " has measured AI2D, InfoVQA; no mean, as benchmarks are missing, at rsa@300.";
    assertThat(report.markdown())
        .contains(
            general + "rsa | ours | 0.600 | 0.700 | 100 … 200 | step 100 |",
            general + "baseline | ours | 0.400 | 0.500 | 100 … 200 | step 200 |",
            charts + "rsa | ours | 0.725 | 0.800 | 100 … 200 | step 100 |",
            charts + "baseline | ours | 0.500 | 0.600 | 100 … 200 | step 200 |",
            "| docvqa, rsa | ours | 0.850 | 0.900 | 100 … 300 | step 100 |",
            note)
        .doesNotContain("Knowledge, mean", "Perception: ");
    JsonNode study = report.json().at("/studies/0");
    assertThat(study.get("notes")).extracting(JsonNode::asText).contains(note);
    assertThat(study.get("curves"))
        .extracting(curve -> curve.get("label").asText())
        .contains("General Visual Understanding & Perception, mean of 4 of 4, rsa");
    report.writeTo(temp.resolve("averages"), Map.of());
    assertThat(temp.resolve("averages/study.html"))
        .content()
        .contains("Perception, mean of 4 of 4", "no mean, as benchmarks are missing, at rsa@300");
  }

  @Test
  void withoutACommonBenchmarkThereIsNoAverage() throws IOException {
    String markdown =
        report(
                "figure-4",
                List.of(
                    checkpoint("rsa", 100, "ai2d", .9), checkpoint("baseline", 100, "docvqa", .5)))
            .markdown();
    assertThat(markdown)
        .contains(
            "Chart/Document/Diagram Understanding: no mean; not every run has measured AI2D,"
                + " ChartQA, DocVQA, InfoVQA.")
        .doesNotContain("mean of");
  }

  /** Table 1's columns and rsa eval's benchmarks, each in one category. */
  @Test
  void theCategoriesHoldAllBenchmarks() {
    List<Study.Benchmark> counted =
        Study.named("figure-4").categories().stream()
            .flatMap(category -> category.benchmarks().stream())
            .toList();
    List<Study.Column> columns = Study.named("table-1").columns();
    assertThat(counted)
        .extracting(Study.Benchmark::id)
        .isEqualTo(Benchmarks.all().stream().map(Benchmark::name).toList())
        .isEqualTo(columns.stream().map(Study.Column::id).toList());
    assertThat(counted)
        .extracting(Study.Benchmark::label)
        .isEqualTo(columns.stream().map(Study.Column::label).toList());
    assertThat(Study.named("figure-4").categories())
        .extracting(category -> category.benchmarks().size())
        .containsExactly(7, 4, 4);
  }

  @Test
  void benchmarksAreInPerCentAndReportsHoldSeveralRuns() throws IOException {
    Path result = temp.resolve("results.json");
    Files.writeString(result, "{\"benchmark\":\"chartqa\",\"score\":0.123}");
    assertThat(report("table-1", List.of("7b-rsa=" + result)).markdown())
        .contains("| LLaVA-OneVision-7B-RSA | ours | – | – | – | – | – | – | – | – | 12.3 | –");

    Path whole = temp.resolve("report.json");
    Files.writeString(
        whole,
        """
        {"runs":{"rsa":{"label":"With RSA","stages":[{"stage":"1","mutual_knn_best":0.05,
          "seeds":{"mutual_knn_best":[0.04,0.06]},
          "layer_grid":{"metric":"mutual_knn","scores":[[0.1,0.2]]}}]},
         "baseline":{"label":"Without RSA","stages":[{"stage":"1","mutual_knn_best":0.03}]}}}
        """);
    List<RunMeasurements> all = RunReader.read(whole.toString());
    assertThat(all).extracting(RunMeasurements::key).containsExactly("rsa", "baseline");
    assertThat(all.get(0).values().get(0).values().values()).containsExactly(.04, .06);
    assertThat(all.get(0).maps()).hasSize(1);
    assertThat(RunReader.read("baseline=" + whole)).hasSize(1);
    ObjectNode json = report("figure-e1", List.of(whole.toString())).json();
    assertThat(json.at("/studies/0/rows/2/ours").properties().iterator().next().getValue())
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rsa=absent | absent: can't be read",
        "results.json | has no key (write KEY=",
        "rsa@x=results.json | rsa@x: no step after @",
        "rsa=other.json | is no result that a study reads",
        "rsa=broken.json | is not JSON",
        "rsa=empty | holds neither report.json nor evaluation.jsonl",
        "typo=results.json | no row takes runs of 'typo' (rows of these studies take 1.5b-baseline",
      })
  void mistakesAreNamed(String argument, String message) throws IOException {
    Files.writeString(temp.resolve("results.json"), "{\"benchmark\":\"mme\",\"score\":1}");
    Files.writeString(temp.resolve("other.json"), "{\"a\":1}");
    Files.writeString(temp.resolve("broken.json"), "{\"a\":");
    Files.createDirectories(temp.resolve("empty"));
    int equals = argument.indexOf('=') + 1;
    String run = argument.substring(0, equals) + temp.resolve(argument.substring(equals));
    assertThatThrownBy(() -> report("table-1", List.of(run)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> Study.named("table-9")).hasMessageContaining("one of figure-1b");
  }
}
