package org.rsavlm.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.config.RecipeWriter;

class ProvenanceTest {

  @TempDir Path dir;

  private Recipe recipe() {
    return recipe("a.json");
  }

  private Recipe recipe(String source) {
    return RecipeLoader.parse(
        """
        name: tiny
        seed: 7
        model: {start: some/model}
        data_dir: %s
        stages:
          - name: 1
            data: [{json_path: %s}]
            prompt: plain
            trainable: {projector: true}
            learning_rate: {projector: 1e-3}
        evaluation: {data: {json_path: held.json}}
        """
            .formatted(dir, source),
        "tiny.yaml");
  }

  @Test
  void saysWhatTheRunWasMadeFrom() throws IOException {
    Files.writeString(dir.resolve("a.json"), "[]");
    Files.writeString(dir.resolve("held.json"), "[1]");
    Recipe recipe = recipe();
    Provenance.collect(recipe).write(dir.resolve("out"));
    JsonNode json = new JsonMapper().readTree(dir.resolve("out/provenance.json").toFile());
    assertThat(json.get("recipe_sha256").asText()).isEqualTo(RecipeWriter.sha256(recipe));
    assertThat(json.get("seed").asLong()).isEqualTo(7);
    assertThat(json.get("engine").asText()).contains("libtorch 2.7.1");
    assertThat(json.get("version").asText()).startsWith("0.");
    assertThat(json.get("data_sha256").asText()).hasSize(64);
    assertThat(json.get("started").asText()).endsWith("Z");
    String before = json.get("data_sha256").asText();
    Files.writeString(dir.resolve("held.json"), "[2]");
    assertThat(Provenance.collect(recipe).dataSha256()).isNotEqualTo(before);
  }

  @Test
  void theFilesThatAMixtureListsCount() throws IOException {
    Files.writeString(dir.resolve("held.json"), "[1]");
    Files.writeString(
        dir.resolve("all.yaml"), "datasets: [{json_path: a.json}, {json_path: shards}]");
    Files.writeString(dir.resolve("a.json"), "[]");
    Path shard = Files.createDirectory(dir.resolve("shards")).resolve("1.parquet");
    Files.writeString(shard, "one");
    Set<String> prints = new HashSet<>();
    Recipe recipe = recipe("all.yaml");
    prints.add(Provenance.collect(recipe).dataSha256());
    assertThat(prints).contains(Provenance.collect(recipe).dataSha256());
    for (String[] change :
        new String[][] {
          {"a.json", "[1]"},
          {"shards/1.parquet", "two"},
          {"shards/2.parquet", "new"},
          {"all.yaml", "datasets: [{json_path: a.json}, {json_path: shards, rsa: true}]"}
        }) {
      Files.writeString(dir.resolve(change[0]), change[1]);
      assertThat(prints.add(Provenance.collect(recipe).dataSha256())).as(change[0]).isTrue();
    }
    Files.delete(dir.resolve("a.json"));
    assertThatThrownBy(() -> Provenance.collect(recipe))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a.json");
  }

  @Test
  void missingDataIsTheUsersToMend() {
    Recipe recipe = recipe();
    assertThatThrownBy(() -> Provenance.collect(recipe))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a.json");
  }

  @Test
  void aLargeFileCountsByItsSizeAndParts() throws IOException {
    Path file = dir.resolve("large.jsonl");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(200L << 20); // sparse
      String empty = DataFingerprint.of(List.of(file));
      large.seek((200L << 20) - 1);
      large.write(1);
      String changed = DataFingerprint.of(List.of(file));
      large.setLength((200L << 20) + 1);
      assertThat(List.of(empty, changed, DataFingerprint.of(List.of(file))))
          .doesNotHaveDuplicates();
    }
  }
}
