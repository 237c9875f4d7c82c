package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path TABLES =
      Path.of("..", "rsa-eval", "src", "test", "resources", "benchmark");

  @TempDir static Path temp;
  private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    model = temp.resolve("model");
    TinyCheckpoint.write(model, 1);
  }

  private static List<String> arguments(String benchmark, Path out) {
    return List.of(
        "eval",
        "--model",
        model.toString(),
        "--benchmark",
        benchmark,
        "--data",
        TABLES.resolve(benchmark + ".parquet").toString(),
        "--out",
        out.toString(),
        "--batch-size",
        "1",
        "--json");
  }

  private static JsonNode answer(String benchmark, Path out) throws IOException {
    CommandLineRun run = CommandLineRun.of(arguments(benchmark, out).toArray(new String[0]));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    return JSON.readTree(run.out());
  }

  @Test
  void aKilledProcessGoesOnToTheSameScore() throws Exception {
    JsonNode wanted = answer("pope", temp.resolve("whole"));
    assertThat(wanted.get("questions").intValue()).isEqualTo(10);
    assertThat(wanted.get("metrics").fieldNames()).toIterable().contains("f1_score");

    Path out = temp.resolve("killed");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Rsa.class.getName()));
    command.addAll(arguments("pope", out));
    File log = temp.resolve("log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    Path answers = out.resolve("answers.jsonl");
    while (process.isAlive() && (!Files.exists(answers) || Files.size(answers) == 0)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    process.destroyForcibly().waitFor();
    assertThat(Files.readAllLines(answers)).as(Files.readString(log.toPath())).isNotEmpty();
    assertThat(out.resolve("results.json")).doesNotExist();

    assertThat(answer("pope", out)).isEqualTo(wanted);
    assertThat(answers).hasSameTextualContentAs(temp.resolve("whole/answers.jsonl"));
  }

  @Test
  void mistakesEndWith2AndOneLine() {
    List<String> arguments = new ArrayList<>(arguments("pope", temp.resolve("wrong")));
    arguments.set(4, "poppy");
    CommandLineRun run = CommandLineRun.of(arguments.toArray(new String[0]));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: benchmark: 'poppy' is unknown").hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }
}
