package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.demo.DemoFiles;
import org.slf4j.LoggerFactory;

/** Stage 1 of the debug recipe for 60 steps, as it is and with captions that are all alike. */
class CollapseRunTest {

  private static final int STEPS = 60;
  private static final int PROBE_STEPS = 15;

  @TempDir static Path shared;
  private static DemoFiles data;

  @TempDir Path out;
  private final Logger logger = (Logger) LoggerFactory.getLogger(StageProbe.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeAll
  static void draw() throws IOException {
    data = SmallRecipe.data(shared);
    JsonNode samples = new ObjectMapper().readTree(data.captions().toFile());
    for (JsonNode sample : samples) {
      ((ObjectNode) sample.at("/conversations/1")).put("value", "a picture of some things");
    }
    new ObjectMapper().writeValue(data.directory().resolve("alike.json").toFile(), samples);
  }

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  private static Recipe recipe(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "stages[1].max_steps=" + STEPS,
                "stages[1].learning_rate.vision=5e-3",
                "evaluation.every_steps=" + PROBE_STEPS,
                "evaluation.probe_samples=24"));
    all.addAll(List.of(overrides));
    Recipe recipe = SmallRecipe.on(data, all.toArray(String[]::new));
    return recipe.withStages(recipe.stages().subList(1, 2));
  }

  private List<JsonNode> probed() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("probe.jsonl"))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines).hasSize(1 + STEPS / PROBE_STEPS);
    return lines;
  }

  private List<String> warnings() {
    return logged.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** Captions that are all alike have distance 0, and vision follows them there. */
  @Test
  void aRunWhosePicturesCollapseWarnsOnceThoughItIsResumedBefore() throws IOException {
    Recipe recipe =
        recipe(
            "stages[1].data[0].json_path=alike.json",
            "stages[1].rsa.match_scale=false",
            "stages[1].rsa.lambda=10");
    Experiment.run(recipe, out, Resume.AUTO, 2 * PROBE_STEPS + 2);
    Experiment.run(recipe, out);
    List<JsonNode> lines = probed();
    double first = lines.get(0).get("mean_distance_vision").asDouble();
    double last = lines.get(lines.size() - 1).get("mean_distance_vision").asDouble();
    assertThat(last).isLessThan(0.1 * first);

    assertThat(warnings()).hasSize(1);
    List<JsonNode> noted = lines.stream().filter(line -> line.has("collapse")).toList();
    assertThat(noted).hasSize(1);
    JsonNode at = noted.get(0);
    List<JsonNode> fallen =
        lines.stream()
            .filter(line -> line.get("mean_distance_vision").asDouble() < 0.1 * first)
            .toList();
    assertThat(at).isEqualTo(fallen.get(0));
    assertThat(at.get("step").asInt()).isGreaterThan(2 * PROBE_STEPS); // after the interruption
    assertThat(at.get("collapse").asText())
        .startsWith("representations are collapsing: mean vision distance fell from ")
        .doesNotContain("of text", "text distance");
    assertThat(warnings().get(0))
        .isEqualTo(
            "stage 1 step " + at.get("step") + ", probe set: " + at.get("collapse").asText());
  }

  @Test
  void aHealthyRunWarnsOfNothing() throws IOException {
    Experiment.run(recipe(), out);
    List<JsonNode> lines = probed();
    assertThat(lines).noneMatch(line -> line.has("collapse"));
    assertThat(warnings()).isEmpty();
    assertThat(lines.get(lines.size() - 1).get("mean_distance_vision").asDouble())
        .isGreaterThan(0.5 * lines.get(0).get("mean_distance_vision").asDouble());
  }
}
