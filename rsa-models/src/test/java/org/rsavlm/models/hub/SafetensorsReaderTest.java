package org.rsavlm.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

final class SafetensorsReaderTest {

  private static final double BFLOAT16_MAX = 0x1.fep127;

  @TempDir private Path dir;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(StoredDtype.class)
  void readsWhatPythonWrote(StoredDtype dtype) {
    try (SafetensorsReader reader =
        SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"))) {
      TensorInfo info = reader.info("z." + dtype);
      assertThat(info).isEqualTo(new TensorInfo("z." + dtype, dtype.torch(), new Shape(2, 3)));
      NDArray array = reader.read(manager, info.name());
      assertThat(TorchDtype.of(array)).isEqualTo(dtype.torch());
      assertThat(Tensors.toDoubles(array)).containsExactly(expected(dtype));
      NDArray scalar = reader.read(manager, "a." + dtype + ".scalar");
      assertThat(scalar.getShape().dimension()).isZero();
      assertThat(Tensors.item(scalar)).isOne();
    }
  }

  private static double[] expected(StoredDtype dtype) {
    double third = 1.0 / 3;
    double inf = Double.POSITIVE_INFINITY;
    return switch (dtype) {
      case BOOL -> new double[] {1, 0, 1, 0, 0, 1};
      case U8 -> new double[] {255, 0, 0, 1, 2, 77};
      case I8 -> new double[] {127, -128, 0, 1, 2, 77};
      case I16 -> new double[] {32767, -32768, 0, 1, 2, 77};
      case I32 -> new double[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 1, 2, 77};
      case I64 -> new double[] {Long.MAX_VALUE, Long.MIN_VALUE, 0, 1, 2, 77};
      case F16 -> new double[] {65504, -65504, 0x1p-14, 0x1.554p-2, -0.0, inf};
      case BF16 -> new double[] {BFLOAT16_MAX, -BFLOAT16_MAX, 0x1p-126, 0x1.56p-2, -0.0, inf};
      case F32 ->
          new double[] {Float.MAX_VALUE, -Float.MAX_VALUE, 0x1p-126, (float) third, -0.0, inf};
      case F64 -> new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, 0x1p-1022, third, -0.0, inf};
    };
  }

  @Test
  void longsKeepAllTheirBits() {
    try (SafetensorsReader reader =
        SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"))) {
      assertThat(reader.read(manager, "z.I64").toLongArray())
          .containsExactly(Long.MAX_VALUE, Long.MIN_VALUE, 0, 1, 2, 77);
    }
  }

  @Test
  void oddNamesEmptyTensorsAndMetadata() {
    try (SafetensorsReader reader =
        SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"))) {
      assertThat(reader.tensors()).hasSize(23).containsKey("odd \"name\" \\ ü\n\1\177\u2028😀");
      assertThat(reader.metadata()).containsExactlyEntriesOf(Map.of("format", "pt"));
      assertThat(reader.read(manager, "empty").getShape()).isEqualTo(new Shape(0, 4));
    }
    try (SafetensorsReader reader = SafetensorsReader.open(Fixtures.path("nothing.safetensors"))) {
      assertThat(reader.tensors()).isEmpty();
    }
  }

  @Test
  void readsPartsOfATensorsBytes() {
    try (SafetensorsReader reader =
        SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"))) {
      ByteBuffer two = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      reader.readBytes("z.I64", 4 * 8, two);
      assertThat(two.getLong(0)).isEqualTo(2);
      assertThat(two.getLong(8)).isEqualTo(77);
      assertThatThrownBy(() -> reader.readBytes("z.I64", 5 * 8, ByteBuffer.allocate(16)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> reader.readBytes("z.I64", -1, ByteBuffer.allocate(1)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void castsWhileReading() {
    try (SafetensorsReader reader =
        SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"))) {
      NDArray bf16 = reader.read(manager, "z.F32", TorchDtype.BFLOAT16);
      assertThat(TorchDtype.of(bf16)).isEqualTo(TorchDtype.BFLOAT16);
      assertThat(Tensors.toDoubles(bf16)[3]).isEqualTo(0x1.56p-2);
      NDArray doubles = reader.read(manager, "z.BF16", TorchDtype.FLOAT64);
      assertThat(Tensors.toDoubles(doubles)).containsExactly(expected(StoredDtype.BF16));
      assertThat(Tensors.toDoubles(reader.read(manager, "z.BOOL", TorchDtype.FLOAT32)))
          .containsExactly(1, 0, 1, 0, 0, 1);
      assertThatThrownBy(() -> reader.read(manager, "z.F32", TorchDtype.INT64))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("tensor 'z.F32' is F32 where I64 is needed");
    }
  }

  @Test
  void fillsAParameterWithoutRecording() {
    try (SafetensorsReader reader =
        SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"))) {
      for (TorchDtype dtype : List.of(TorchDtype.FLOAT32, TorchDtype.FLOAT64)) {
        NDArray parameter = Tensors.zeros(manager, dtype, 2, 3);
        parameter.setRequiresGradient(true);
        reader.readInto("z.F16", parameter);
        assertThat(Tensors.toDoubles(parameter)).containsExactly(expected(StoredDtype.F16));
        assertThat(parameter.hasGradient()).isTrue();
      }
      NDArray other = Tensors.zeros(manager, TorchDtype.FLOAT32, 3, 2);
      assertThatThrownBy(() -> reader.readInto("z.F32", other))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("tensor 'z.F32' has shape (2, 3) where (3, 2) is needed");
    }
  }

  @Test
  void movesMoreThanOneChunkEachWay() {
    float[] values = new float[TensorCopy.CHUNK_BYTES / 4 + 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 251; // exact in bfloat16
    }
    NDArray array = Tensors.of(manager, values, values.length);
    Path file = dir.resolve("long.safetensors");
    new SafetensorsWriter()
        .add("same", array)
        .add("wider", array, TorchDtype.FLOAT64)
        .add("narrower", array, TorchDtype.BFLOAT16)
        .writeFile(file);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      for (String name : List.of("same", "wider", "narrower")) {
        NDArray read = reader.read(manager, name, TorchDtype.FLOAT32);
        assertThat(Arrays.equals(read.toFloatArray(), values)).as(name).isTrue();
        assertThat(Arrays.equals(Tensors.toFloats(reader.read(manager, name)), values))
            .as(name)
            .isTrue();
      }
    }
  }

  @Test
  void shardsOpenAsADirectoryOrByTheirIndex() {
    Path sharded = Fixtures.path("sharded");
    for (Path path : List.of(sharded, sharded.resolve("model.safetensors.index.json"))) {
      try (SafetensorsReader reader = SafetensorsReader.open(path)) {
        assertThat(reader.tensors()).hasSize(9);
        assertThat(Tensors.toDoubles(reader.read(manager, "model.layers.3.bias")))
            .containsExactly(3, 4, 5, 6);
        assertThat(Tensors.toDoubles(reader.read(manager, "model.embed.é"))).hasSize(40);
      }
    }
  }

  @Test
  void severalThreadsReadTheSameFiles() {
    try (SafetensorsReader reader = SafetensorsReader.open(Fixtures.path("sharded"))) {
      List<Double> sums =
          IntStream.range(0, 200)
              .parallel()
              .mapToObj(i -> reader.read(manager, "model.layers." + i % 4 + ".weight"))
              .map(array -> Arrays.stream(Tensors.toDoubles(array)).sum())
              .toList();
      for (int i = 0; i < sums.size(); i++) {
        assertThat(sums.get(i)).isEqualTo(66.0 + 12 * (i % 4));
      }
    }
  }

  @Test
  void aMissingTensorIsNamedWithItsNeighbours() {
    try (SafetensorsReader reader = SafetensorsReader.open(Fixtures.path("sharded"))) {
      assertThatThrownBy(() -> reader.info("lm_head.weight"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("no tensor 'lm_head.weight' among 9, such as 'model.embed.é'");
    }
  }

  @Test
  void aMissingFileOrDirectoryWithoutWeightsIsSaid() throws IOException {
    assertThatThrownBy(() -> SafetensorsReader.open(dir.resolve("absent")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("absent: no such file");
    assertThatThrownBy(() -> SafetensorsReader.open(dir))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
    Files.createFile(dir.resolve("pytorch_model.bin"));
    assertThatThrownBy(() -> SafetensorsReader.open(dir))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("convert them with transformers");
  }

  @Test
  void aFileThatShrinksIsSaid() throws IOException {
    Path file = dir.resolve("shrinks.safetensors");
    Files.copy(Fixtures.path("every-dtype.safetensors"), file);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 4);
      }
      assertThatThrownBy(() -> reader.read(manager, "z.BOOL"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("shrinks.safetensors: tensor 'z.BOOL': the file ends at");
    }
  }

  @Test
  void aClosedReaderRefuses() {
    SafetensorsReader reader = SafetensorsReader.open(Fixtures.path("every-dtype.safetensors"));
    reader.close();
    assertThatThrownBy(() -> reader.read(manager, "z.F32"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }
}
