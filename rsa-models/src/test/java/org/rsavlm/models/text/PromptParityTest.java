package org.rsavlm.models.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ids and labels against those of LLaVA-NeXT's logic in Python; llava_prompts.py made them. */
class PromptParityTest {

  private static final Path FIXTURE = Path.of("src/test/resources/org/rsavlm/models/text");

  private static Tokenizer tokenizer;
  private static List<JsonNode> cases;

  @BeforeAll
  static void load() throws IOException {
    tokenizer = Tokenizer.load(FIXTURE);
    try (InputStream file = Files.newInputStream(FIXTURE.resolve("llava_prompts.json.gz"));
        InputStream json = new GZIPInputStream(file)) {
      cases = list(new ObjectMapper().readTree(json).path("cases"));
    }
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void theFixtureHoldsWhatItShould() {
    assertThat(cases).hasSize(200);
    assertThat(cases.stream().filter(c -> c.path("typed").asBoolean())).hasSizeGreaterThan(30);
    assertThat(cases.stream().filter(c -> c.path("images").asInt() > 1)).hasSizeGreaterThan(30);
    assertThat(cases.stream().filter(c -> c.path("images").asInt() == 0)).isNotEmpty();
    assertThat(cases.stream().filter(c -> c.has("prompt"))).hasSizeGreaterThan(100);
  }

  @Test
  void idsAndLabelsAreLlavas() {
    for (JsonNode c : cases) {
      Tokenized sample = template(c).render(tokenizer, turns(c), c.path("images").asInt());
      assertThat(sample.ids()).as("ids of %s", c).isEqualTo(longs(c.path("ids")));
      assertThat(sample.labels()).as("labels of %s", c).isEqualTo(longs(c.path("labels")));
    }
  }

  @Test
  void labelsWithoutSeparatorsAreTheAnswersAlone() {
    for (JsonNode c : cases) {
      Tokenized sample = template(c).render(tokenizer, turns(c), c.path("images").asInt(), false);
      assertThat(sample.labels()).as("labels of %s", c).isEqualTo(longs(c.path("answers_only")));
    }
  }

  @Test
  void promptsToContinueAreLlavas() {
    for (JsonNode c : cases.stream().filter(c -> c.has("prompt")).toList()) {
      long[] expected = longs(c.path("prompt"));
      int images =
          Math.toIntExact(LongStream.of(expected).filter(i -> i == Tokenized.IMAGE).count());
      List<Turn> turns = turns(c).subList(0, c.path("prompt_turns").asInt());
      assertThat(PromptTemplate.QWEN_1_5.renderForGeneration(tokenizer, turns, images))
          .as("prompt of %s", c)
          .isEqualTo(expected);
    }
  }

  private static PromptTemplate template(JsonNode c) {
    return PromptTemplate.parse(c.path("template").asText());
  }

  private static List<Turn> turns(JsonNode c) {
    return list(c.path("turns")).stream()
        .map(t -> new Turn(Role.parse(t.path(0).asText()), t.path(1).asText()))
        .toList();
  }

  private static long[] longs(JsonNode array) {
    return list(array).stream().mapToLong(JsonNode::asLong).toArray();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
