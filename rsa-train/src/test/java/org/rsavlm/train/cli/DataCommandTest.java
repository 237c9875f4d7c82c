package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {

  @TempDir Path temp;

  @Test
  void scenesAreWritten() throws IOException {
    Path out = temp.resolve("scenes");
    CommandLineRun run =
        CommandLineRun.of(
            "data",
            "scenes",
            "--out",
            out.toString(),
            "--train",
            "8",
            "--held-out",
            "4",
            "--more-text",
            "0",
            "--seed",
            "3",
            "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(new ObjectMapper().readTree(run.out()).get("directory").textValue())
        .isEqualTo(out.toString());
    assertThat(out.resolve("stage1_captions.json")).exists();
  }

  @Test
  void mistakesAreNamed() {
    CommandLineRun side =
        CommandLineRun.of("data", "scenes", "--out", temp.resolve("x").toString(), "--side", "70");
    assertThat(side.status()).isEqualTo(2);
    assertThat(side.err()).contains("error: side: 70 pixels");

    CommandLineRun packages =
        CommandLineRun.of(
            "data", "emoji", "--packages", temp.toString(), "--out", temp.resolve("y").toString());
    assertThat(packages.status()).isEqualTo(2);
    assertThat(packages.err()).contains("error: " + temp, "emoji-datasource-google");

    assertThat(CommandLineRun.of("data").status()).isEqualTo(2);
  }
}
