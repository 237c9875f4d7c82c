package org.rsavlm.models.hub;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchMemory;
import org.slf4j.LoggerFactory;

/** Files and tensors beyond 2 and 4 GiB, as sparse files that take no room on the disk. */
final class LargeFileTest {

  private static final long GIB = 1L << 30;
  private static final TensorInfo HUGE =
      new TensorInfo("huge", TorchDtype.BFLOAT16, new Shape(5, GIB / 2));
  private static final TensorInfo LARGE =
      new TensorInfo("large", TorchDtype.UINT8, new Shape(2 * GIB + 5));
  private static final TensorInfo LAST = new TensorInfo("z", TorchDtype.UINT8, new Shape(4));

  @TempDir private Path dir;

  /** 5 GiB of one tensor, 2 GiB and 5 bytes of another, 4 bytes; the last 8 bytes are 1 to 8. */
  @BeforeEach
  void writeSparse() throws IOException {
    List<TensorInfo> tensors = HeaderWriter.inOrder(List.of(HUGE, LARGE, LAST));
    ByteBuffer header = HeaderWriter.encode(Map.of("format", "pt"), tensors);
    long end = header.remaining() + HUGE.bytes() + LARGE.bytes() + LAST.bytes();
    try (FileChannel channel = FileChannel.open(file(), CREATE_NEW, WRITE, SPARSE)) {
      channel.write(header, 0);
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), end - 8);
    } catch (IOException e) {
      String reason = "skipped: the file system refuses a sparse file of 7 GiB: " + e.getMessage();
      LoggerFactory.getLogger(LargeFileTest.class).warn(reason);
      Assumptions.abort(reason);
    }
  }

  private Path file() {
    return dir.resolve("model.safetensors");
  }

  @Test
  void readsBehindFourGibibytesAndATensorOverTwo() {
    try (SafetensorsReader reader = SafetensorsReader.open(dir);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      assertThat(reader.tensors().values()).containsExactly(HUGE, LARGE, LAST);
      assertThat(HUGE.bytes()).isEqualTo(5 * GIB);
      assertThat(Tensors.toDoubles(reader.read(manager, "z"))).containsExactly(5, 6, 7, 8);
      NDArray large = reader.read(manager, "large");
      assertThat(TorchMemory.pointer(large).getByteArray(2 * GIB - 1, 6))
          .containsExactly(0, 0, 1, 2, 3, 4);
    }
  }
}
