package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

/**
 * configs/debug.yaml on 60 drawn scenes, four of whose pictures are broken: four stages of five
 * steps, one with scale matching, with a checkpoint every second step and a probe every third.
 */
final class Experiment {

  static final int STEPS = 20;

  private static final List<Integer> BROKEN = List.of(3, 17, 30, 44);

  final DemoFiles files;

  Experiment(Path directory) throws IOException {
    files = SmallRecipe.data(directory);
    List<String> pictures = new ArrayList<>();
    for (JsonNode sample :
        new ObjectMapper().readTree(files.directory().resolve("stage1_captions.json").toFile())) {
      pictures.add(sample.get("image").asText());
    }
    for (int index : BROKEN) {
      Files.write(files.images().resolve(pictures.get(index)), new byte[] {(byte) 0x89, 'P', 'N'});
    }
  }

  Recipe recipe(String... overrides) {
    List<String> own =
        List.of(
            "loader.max_rejected_share=0.3",
            "stages[*].max_steps=5",
            "checkpoint.every_steps=2",
            "evaluation.every_steps=3",
            "evaluation.probe_samples=12");
    return SmallRecipe.on(
        files, Stream.concat(own.stream(), Stream.of(overrides)).toArray(String[]::new));
  }

  /** Runs to the end, or until it has taken some steps and is stopped as by a signal. */
  static List<FinishedStage> run(Recipe recipe, Path directory, Resume resume, int stopAfter) {
    int[] taken = {0};
    return new TrainingRun(
            recipe,
            new RunDirectory(directory),
            metrics -> taken[0]++,
            () -> taken[0] >= stopAfter,
            resume,
            Map.of())
        .run();
  }

  static List<FinishedStage> run(Recipe recipe, Path directory) {
    return run(recipe, directory, Resume.AUTO, Integer.MAX_VALUE);
  }

  /** Fails in the middle of things behind some step, as a killed process does. */
  static void crash(Recipe recipe, Path directory, int behind) {
    int[] taken = {0};
    TrainingRun run =
        new TrainingRun(
            recipe,
            new RunDirectory(directory),
            metrics -> {
              if (++taken[0] == behind) {
                throw new Crash();
              }
            },
            () -> false,
            Resume.AUTO,
            Map.of());
    assertThatThrownBy(run::run).isInstanceOf(Crash.class);
  }

  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static boolean isComplete(List<FinishedStage> stages) {
    return stages.size() == 4 && stages.stream().allMatch(s -> s.outcome().complete());
  }

  /** All that two runs leave is equal byte by byte, but for the times. */
  static void assertSame(Path run, Path wanted) throws IOException {
    assertThat(metrics(run)).isEqualTo(metrics(wanted));
    for (String name :
        List.of("evaluation.jsonl", "probe.jsonl", "rejected.jsonl", "config.yaml")) {
      assertThat(run.resolve(name)).hasSameTextualContentAs(wanted.resolve(name));
    }
    for (String name : List.of("model", "checkpoints/2-step-5")) {
      assertSameFiles(run.resolve(name), wanted.resolve(name));
    }
  }

  private static void assertSameFiles(Path directory, Path wanted) throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.walk(wanted)) {
      files = paths.filter(Files::isRegularFile).map(wanted::relativize).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(directory.resolve(file)).hasSameBinaryContentAs(wanted.resolve(file));
    }
  }

  /** The lines of metrics.jsonl without what a clock or the system's memory decides. */
  static List<JsonNode> metrics(Path run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      ObjectNode node = (ObjectNode) new ObjectMapper().readTree(line);
      node.remove(List.of("seconds", "data_seconds", "tokens_per_second", "peak_memory_bytes"));
      lines.add(node);
    }
    return lines;
  }

  static List<String> checkpoints(Path run) throws IOException {
    try (Stream<Path> paths = Files.list(run.resolve("checkpoints"))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
