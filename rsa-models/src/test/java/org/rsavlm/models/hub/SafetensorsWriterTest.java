package org.rsavlm.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

final class SafetensorsWriterTest {

  @TempDir private Path dir;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void sameTensorsGivePythonsBytes() {
    Path theirs = Fixtures.path("every-dtype.safetensors");
    Path ours = dir.resolve("ours.safetensors");
    try (SafetensorsReader reader = SafetensorsReader.open(theirs)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      List<String> names = reader.tensors().keySet().stream().sorted().toList();
      names.forEach(name -> writer.add(name, reader.read(manager, name)));
      writer.writeFile(ours);
    }
    assertThat(ours).hasSameBinaryContentAs(theirs);
  }

  @Test
  void sameShardsAndIndexAsPythons() throws IOException {
    Path theirs = Fixtures.path("sharded");
    SafetensorsWriter writer = new SafetensorsWriter().maxShardBytes(64);
    try (SafetensorsReader reader = SafetensorsReader.open(theirs)) {
      for (int i = 0; i < 4; i++) {
        copy(reader, writer, "model.layers." + i + ".weight");
        copy(reader, writer, "model.layers." + i + ".bias");
      }
      copy(reader, writer, "model.embed.é");
      writer.writeDirectory(dir);
    }
    assertThat(Fixtures.names(dir)).isEqualTo(Fixtures.names(theirs)).hasSize(6);
    for (String name : Fixtures.names(dir)) {
      assertThat(dir.resolve(name)).hasSameBinaryContentAs(theirs.resolve(name));
    }
  }

  private static void copy(SafetensorsReader reader, SafetensorsWriter writer, String name) {
    TensorInfo info = reader.info(name);
    writer.add(name, info.dtype(), info.shape(), own -> reader.read(own, name));
  }

  @Test
  void castsAndStraightensWhileWriting() {
    NDArray matrix = Tensors.of(manager, new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Path file = dir.resolve("x.safetensors");
    new SafetensorsWriter()
        .add("transposed", matrix.transpose())
        .add("bf16", matrix, TorchDtype.BFLOAT16)
        .add("row", matrix.get(1))
        .writeFile(file);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.read(manager, "transposed").toFloatArray())
          .containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(reader.info("bf16").dtype()).isEqualTo(TorchDtype.BFLOAT16);
      assertThat(Tensors.toDoubles(reader.read(manager, "bf16"))).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(reader.read(manager, "row").toFloatArray()).containsExactly(4, 5, 6);
    }
  }

  @Test
  void laterSaveRemovesTheShardsOfAnEarlierOne() throws IOException {
    NDArray array = Tensors.zeros(manager, TorchDtype.FLOAT32, 4);
    SafetensorsWriter writer = new SafetensorsWriter().add("a", array).add("b", array);
    Files.writeString(dir.resolve("config.json"), "{}");
    writer.maxShardBytes(16).writeDirectory(dir);
    assertThat(Fixtures.names(dir))
        .containsExactly(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
    writer.maxShardBytes(32).writeDirectory(dir);
    assertThat(Fixtures.names(dir)).containsExactly("config.json", "model.safetensors");
    writer.maxShardBytes(16).writeDirectory(dir);
    assertThat(Fixtures.names(dir)).hasSize(4).doesNotContain("model.safetensors");
  }

  @Test
  void aFailureLeavesTheFormerModelAlone() throws IOException {
    NDArray array = Tensors.zeros(manager, TorchDtype.FLOAT32, 4);
    new SafetensorsWriter().add("a", array).writeDirectory(dir);
    byte[] before = Files.readAllBytes(dir.resolve("model.safetensors"));
    SafetensorsWriter failing =
        new SafetensorsWriter()
            .maxShardBytes(16)
            .add("a", array)
            .add("b", TorchDtype.FLOAT32, new Shape(5), own -> array);
    assertThatThrownBy(() -> failing.writeDirectory(dir))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("tensor 'b' was planned with shape (5) and has (4)");
    assertThat(Fixtures.names(dir)).containsExactly("model.safetensors");
    assertThat(dir.resolve("model.safetensors")).hasBinaryContent(before);
  }

  /** The new files are whole, but one can't get its name: what stood there must still be there. */
  @Test
  void aNameThatCantBeTakenLeavesTheFormerModelAlone() throws IOException {
    NDArray array = Tensors.zeros(manager, TorchDtype.FLOAT32, 4);
    SafetensorsWriter writer = new SafetensorsWriter().add("a", array).add("b", array);
    writer.maxShardBytes(16).writeDirectory(dir);
    Files.createDirectories(dir.resolve("model.safetensors/in the way"));
    List<String> before = Fixtures.names(dir);
    assertThatThrownBy(() -> writer.maxShardBytes(32).writeDirectory(dir))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model.safetensors: cannot be written");
    assertThat(Fixtures.names(dir)).isEqualTo(before).contains("model.safetensors.index.json");
  }

  @Test
  void shardsFollowTheOrderOfAddingAndLargeTensorsStandAlone() {
    List<TensorInfo> infos =
        List.of(info("a", 10), info("large", 1000), info("b", 10), info("c", 90), info("d", 100));
    List<List<String>> groups =
        ShardPlan.of(infos, 100).shards().entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey()))
            .map(entry -> entry.getValue().stream().map(TensorInfo::name).toList())
            .toList();
    assertThat(groups)
        .containsExactly(List.of("large"), List.of("a", "b"), List.of("c"), List.of("d"));
  }

  private static TensorInfo info(String name, long bytes) {
    return new TensorInfo(name, TorchDtype.UINT8, new Shape(bytes));
  }

  @Test
  void namesAreUsedOnceAndCanBeWritten() {
    NDArray array = Tensors.zeros(manager, TorchDtype.FLOAT32, 4);
    SafetensorsWriter writer = new SafetensorsWriter().add("a", array);
    assertThatThrownBy(() -> writer.add("a", array)).hasMessageContaining("two tensors");
    assertThatThrownBy(() -> writer.add("__metadata__", array)).hasMessageContaining("cannot be");
    assertThatThrownBy(() -> writer.add("\ud800", array)).hasMessageContaining("cannot be");
  }

  @Test
  void noTensorsGiveAFileThatOpens() {
    new SafetensorsWriter().writeDirectory(dir.resolve("new"));
    try (SafetensorsReader reader = SafetensorsReader.open(dir.resolve("new"))) {
      assertThat(reader.tensors()).isEmpty();
      assertThat(reader.metadata()).containsEntry("format", "pt");
    }
  }
}
