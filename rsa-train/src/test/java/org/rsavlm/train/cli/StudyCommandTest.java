package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {

  @TempDir Path temp;

  @Test
  void withoutAnIdTheStudiesAreListed() {
    CommandLineRun run = CommandLineRun.of("study");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("table-g1   Weight of the RSA loss (Table G.1)")
        .contains("keys: baseline, euclidean-1, euclidean-0.1");
  }

  @Test
  void theTableIsPrintedAndWritten() throws IOException {
    Path run = Files.createDirectories(temp.resolve("run"));
    Files.writeString(
        run.resolve("evaluation.jsonl"),
        "{\"stage\":\"1\",\"mutual_knn\":0.2,\"mutual_knn_best\":0.25}\n");
    Path out = temp.resolve("out");
    CommandLineRun done =
        CommandLineRun.of("study", "table-g1", "--run", "cosine-10=" + run, "--out", "" + out);
    assertThat(done.status()).as(done.err()).isZero();
    assertThat(done.out())
        .contains("| Cosine, λ = 10 | paper | 0.180 | 0.107 | 0.015 | – | – |")
        .contains("| Cosine, λ = 10 | ours | – | – | – | 0.250 | 0.200 |");
    assertThat(out.resolve("study.md")).content().contains("## Table G.1");
    JsonNode json = new JsonMapper().readTree(out.resolve("study.json").toFile());
    assertThat(json.at("/studies/0/id").textValue()).isEqualTo("table-g1");
    assertThat(out.resolve("study.html")).content().contains("Cosine, λ\u00a0=\u00a010");
  }

  @Test
  void mistakesEndWith2AndOneLine() {
    for (String[] args :
        new String[][] {
          {"study", "table-g1"},
          {"study", "tabel", "--run", "a=b"},
          {"study", "table-g1", "--run", "x"}
        }) {
      CommandLineRun run = CommandLineRun.of(args);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).startsWith("error: ").hasLineCount(1);
    }
  }
}
