package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path POPE =
      Path.of("..", "rsa-eval", "src", "test", "resources", "benchmark", "pope.parquet");

  @TempDir static Path temp;

  @BeforeAll
  static void writeModels() throws IOException {
    for (String name : List.of("a", "b")) {
      TinyCheckpoint.write(temp.resolve(name).resolve("model"), name.hashCode());
    }
  }

  private static CommandLineRun compare(String... more) {
    List<String> args = new ArrayList<>(List.of("compare"));
    for (String name : List.of("a", "b")) {
      args.addAll(List.of("--model", temp.resolve(name).resolve("model").toString()));
    }
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  @Test
  void bothAnswersStandUnderThePicture() throws IOException {
    Path page = temp.resolve("page.html");
    CommandLineRun run =
        compare(
            "--benchmark=pope",
            "--data=" + POPE,
            "--questions=6",
            "--samples=4",
            "--batch-size=4",
            "--report=" + page,
            "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode found = JSON.readTree(run.out());
    assertThat(found.get("questions").intValue()).isEqualTo(6);
    assertThat(found.get("shown")).hasSize(4);
    assertThat(found.at("/shown/0/first/answer").textValue())
        .isNotEqualTo(found.at("/shown/0/second/answer").textValue());
    String html = Files.readString(page);
    assertThat(html.split("<article>")).hasSize(5);
    assertThat(html)
        .contains("data:image/", "a/model: right", "b/model", "the first of them, not picked")
        .doesNotContain("<script", "http://", "https://");

    // The single command gives the same answer.
    CommandLineRun same =
        CommandLineRun.of(
            "compare",
            "--model=" + temp.resolve("a/model"),
            "--model=" + temp.resolve("a/model"),
            "--benchmark=pope",
            "--data=" + POPE,
            "--questions=6",
            "--samples=4",
            "--batch-size=1",
            "--json");
    JsonNode twice = JSON.readTree(same.out());
    assertThat(twice.at("/shown/0/first")).isEqualTo(found.at("/shown/0/first"));
    assertThat(twice.at("/shown/0/second")).isEqualTo(found.at("/shown/0/first"));
    assertThat(twice.get("only_first").intValue()).isZero();
    assertThat(twice.get("mcnemar_p").doubleValue()).isEqualTo(1);
  }

  @Test
  void mistakesEndWith2AndOneLine() {
    String data = "--data=" + POPE;
    mistake(compare("--model=c", data), "--model: 3 given (name two models");
    mistake(compare("--label=x", data), "--label: 1 given");
    mistake(compare("--questions=0", data), "must be at least 1");
    mistake(compare(data), "no usable question among 0");
    mistake(compare("--benchmark=poppy", data), "'poppy' is unknown");
    mistake(CommandLineRun.of("compare", data), "missing required option");
  }

  private static void mistake(CommandLineRun run, String message) {
    assertThat(run.err()).contains(message).startsWith("error: ").hasLineCount(1);
    assertThat(run.status()).isEqualTo(2);
  }
}
