package org.rsavlm.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.train.checkpoint.Checkpoint;
import org.rsavlm.train.checkpoint.FinishedState;
import org.rsavlm.train.checkpoint.RunState;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;

/**
 * Cuts a run's records back to where a checkpoint stands, so that those of a resumed run equal
 * those of one that was never interrupted, but for the times.
 */
final class RunRecords {

  private static final JsonMapper JSON = new JsonMapper();

  private RunRecords() {}

  /**
   * Cuts back.
   *
   * @param from null to start from nothing
   * @param measured the line of the stage at which {@code from} stands, if it was measured already
   * @throws UserException if the file system refuses
   */
  static void cutBack(
      RunDirectory directory, Recipe recipe, @Nullable Checkpoint from, List<ObjectNode> measured) {
    try {
      sweep(directory);
      if (from == null) {
        Files.deleteIfExists(directory.metrics());
        Files.deleteIfExists(directory.probe());
        Files.deleteIfExists(directory.rejected());
        Files.deleteIfExists(directory.evaluation());
        for (StageRecipe stage : recipe.stages()) {
          Files.deleteIfExists(directory.measured(stage.name()));
        }
        return;
      }
      RunState state = from.state();
      cutSteps(directory.metrics(), recipe, state);
      cutSteps(directory.probe(), recipe, state);
      if (Files.exists(from.rejected())) {
        byte[] rejected = Files.readAllBytes(from.rejected());
        AtomicFiles.write(directory.rejected(), rejected);
      } else {
        Files.deleteIfExists(directory.rejected());
      }
      Stream<ObjectNode> before =
          state.finished().stream().map(FinishedState::evaluation).filter(Objects::nonNull);
      EvaluationLog.write(
          directory.evaluation(), Stream.concat(before, measured.stream()).toList());
    } catch (IOException e) {
      throw new UserException(
          directory.path().toString(),
          "can't be cut back to the checkpoint: " + FileFaults.describe(e),
          "check the disk's space and permissions",
          e);
    }
  }

  /** Lines are in the order of the steps: cuts at the first that is later, or not whole. */
  private static void cutSteps(Path file, Recipe recipe, RunState state) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    List<String> stages = recipe.stages().stream().map(StageRecipe::name).toList();
    int reached = stages.indexOf(state.at().stage());
    long end = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        JsonNode node = parse(line.toByteArray());
        int stage = stages.indexOf(node.path("stage").asText());
        long step = node.path("step").asLong(Long.MAX_VALUE);
        if (stage < 0 || stage > reached || stage == reached && step > state.at().step()) {
          break;
        }
        end += line.size() + 1;
        line.reset();
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(end);
      channel.force(true);
    }
  }

  private static JsonNode parse(byte[] line) throws IOException {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return JSON.nullNode();
    }
  }

  /** Deletes what a killed process left under temporary names. */
  private static void sweep(RunDirectory directory) throws IOException {
    List<Path> left;
    try (Stream<Path> paths = Files.list(directory.path())) {
      left = paths.filter(path -> directory.isTemporary(path.getFileName().toString())).toList();
    }
    for (Path path : left) {
      AtomicFiles.deleteTree(path);
    }
  }
}
