package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

  private static final String CONFIG = "../configs/llava-onevision-7b-rsa.yaml";

  @TempDir Path temp;

  @Test
  void theTableIsPrintedAndThePageWritten() throws IOException {
    Path page = temp.resolve("plan.html");
    CommandLineRun run =
        CommandLineRun.of(
            "plan",
            "--config",
            CONFIG,
            "--model-config",
            "llava-onevision-7b",
            "--gpus",
            "8,64",
            "--report",
            "" + page);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("stage 1.5:", "optimiser state", "assumed:", "--efficiency");
    assertThat(page).content().contains("<svg", "Weak scaling", "Stage 1.5").doesNotContain("NaN");
  }

  @Test
  void programsGetNumbers() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "plan",
            "--config",
            CONFIG,
            "--model-config",
            "llava-onevision-7b",
            "--gpus",
            "16",
            "--stage",
            "1.5",
            "--cluster",
            "h100",
            "--network",
            "50",
            "--samples",
            "1.5=2560",
            "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode json = new JsonMapper().readTree(run.out());
    assertThat(json.at("/cluster/network_bytes_per_second").doubleValue()).isEqualTo(50e9);
    assertThat(json.at("/stages/0/steps").longValue()).isEqualTo(10);
    assertThat(json.at("/stages/0/gpus/0/memory_bytes/weights").longValue())
        .isEqualTo(2 * json.at("/parameters").longValue());
    assertThat(json.at("/stages/0/gpus/0/fits").booleanValue()).isTrue();
  }

  /** Recipes of all kinds: random starts, stages of text alone, no data. */
  @Test
  void aRandomStartIsPlannedFromItsRecipe() {
    CommandLineRun run =
        CommandLineRun.of("plan", "--config", "../configs/debug.yaml", "--gpus", "1,2");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("stage 0:", "0 tiles", "shape of the recipe");
  }

  @Test
  void mistakesEndWith2AndOneLine() {
    for (String[] args :
        new String[][] {
          {"plan", "--config", CONFIG},
          {"plan", "--config", CONFIG, "--cluster", "v100"},
          {"plan", "--config", CONFIG, "--gpus", "0"},
          {"plan", "--config", CONFIG, "--efficiency", "1.5"},
          {"plan", "--config", CONFIG, "--image-size", "large"},
          {"plan", "--config", CONFIG, "--network", "-1"}
        }) {
      CommandLineRun run = CommandLineRun.of(args);
      assertThat(run.status()).as(String.join(" ", args)).isEqualTo(2);
      assertThat(run.err()).startsWith("error: ").hasLineCount(1);
    }
  }
}
