package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.DemoTokenizer;
import org.rsavlm.train.demo.SceneDataset;

/** {@code rsa train} as a process of its own, which signals reach. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no such signals")
class TrainSignalTest {

  private static final long SECONDS = 240;

  @TempDir static Path shared;
  private static DemoFiles data;

  @TempDir Path temp;

  @BeforeAll
  static void draw() {
    data =
        SceneDataset.write(shared.resolve("data"), new SceneDataset.Parameters(40, 4, 20, 64, 5));
    DemoTokenizer.write(data);
  }

  private String[] arguments(Path out) {
    return new String[] {
      "train",
      "--config",
      "../configs/debug.yaml",
      "--stage",
      "1",
      "--out",
      out.toString(),
      "--set",
      "data_dir=" + data.directory(),
      "--set",
      "model.tokenizer=" + data.directory().resolve("tokenizer"),
      "--set",
      "evaluation=null",
      "--set",
      "stages[1].max_steps=2000"
    };
  }

  private Process start(Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    String tested = System.getProperty("surefire.test.class.path");
    command.add(tested == null ? System.getProperty("java.class.path") : tested);
    command.add(Rsa.class.getName());
    command.addAll(List.of(arguments(out)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("log").toFile())
        .start();
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143, 15", "INT, 130, 2"})
  void aSignalSavesAndEndsWithItsStatus(String signal, int status, int number) throws Exception {
    Path out = temp.resolve("run");
    Process process = start(out);
    try {
      Path metrics = out.resolve("metrics.jsonl");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (process.isAlive()
          && System.nanoTime() < deadline
          && (!Files.exists(metrics) || Files.size(metrics) == 0)) {
        Thread.sleep(20);
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      String log = Files.readString(temp.resolve("log"));
      assertThat(process.exitValue()).as(log).isEqualTo(status);
      int steps = Files.readAllLines(metrics).size();
      assertThat(steps).isBetween(1, 1999);
      Path saved = out.resolve("checkpoints/1-step-" + steps);
      assertThat(saved.resolve("manifest.json")).exists();
      assertThat(log)
          .contains("stopped by signal " + number + "; saved in " + saved)
          .doesNotContain("Exception");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void resumeNeverRefusesADirectoryWithARun() throws IOException {
    Path out = Files.createDirectories(temp.resolve("run"));
    Files.createFile(out.resolve("config.yaml"));
    List<String> args = new ArrayList<>(List.of(arguments(out)));
    args.addAll(List.of("--resume", "never"));
    CommandLineRun run = CommandLineRun.of(args.toArray(new String[0]));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("error: " + out + ": holds a run already (").hasLineCount(1);
  }
}
