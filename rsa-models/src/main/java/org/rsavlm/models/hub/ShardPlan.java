package org.rsavlm.models.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which tensor goes into which file of a model directory, by the rule of huggingface_hub: in order,
 * a new shard where the next tensor would make one too large.
 *
 * @param shards file name to its tensors, in order
 */
record ShardPlan(Map<String, List<TensorInfo>> shards) {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private static final Pattern WEIGHTS =
      Pattern.compile("model(-\\d{5}-of-\\d{5})?\\.safetensors|model\\.safetensors\\.index\\.json");

  static ShardPlan of(List<TensorInfo> tensors, long maxBytes) {
    List<List<TensorInfo>> groups = new ArrayList<>();
    List<TensorInfo> current = new ArrayList<>();
    long size = 0;
    for (TensorInfo info : tensors) {
      if (info.bytes() > maxBytes) {
        groups.add(List.of(info));
        continue;
      }
      if (size + info.bytes() > maxBytes) {
        groups.add(current);
        current = new ArrayList<>();
        size = 0;
      }
      current.add(info);
      size += info.bytes();
    }
    if (!current.isEmpty() || groups.isEmpty()) {
      groups.add(current);
    }
    Map<String, List<TensorInfo>> shards = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      String name =
          groups.size() == 1
              ? SafetensorsReader.SINGLE_FILE
              : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, groups.size());
      shards.put(name, List.copyOf(groups.get(i)));
    }
    return new ShardPlan(shards);
  }

  /**
   * Returns the index file, as Python's {@code json.dumps(index, indent=2, sort_keys=True)} writes
   * it.
   */
  byte[] index() {
    Map<String, String> weightMap = new TreeMap<>(HeaderWriter.NAMES);
    long total = 0;
    for (Map.Entry<String, List<TensorInfo>> shard : shards.entrySet()) {
      for (TensorInfo info : shard.getValue()) {
        weightMap.put(info.name(), shard.getKey());
        total += info.bytes();
      }
    }
    JsonMapper mapper = new JsonMapper(JSON);
    ObjectNode index = mapper.createObjectNode();
    index.putObject("metadata").put("total_size", total);
    ObjectNode map = index.putObject("weight_map");
    weightMap.forEach(map::put);
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
    try {
      String text = mapper.writer(printer).writeValueAsString(index) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a tree of strings and numbers can be written
    }
  }

  /** Deletes weights of an earlier save that are not part of this one. */
  void removeOthers(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean ours =
            shards.containsKey(name)
                || (shards.size() > 1 && name.equals(SafetensorsReader.INDEX_FILE));
        if (WEIGHTS.matcher(name).matches() && !ours) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw ShardFile.unreadable(directory, e);
    }
  }
}
