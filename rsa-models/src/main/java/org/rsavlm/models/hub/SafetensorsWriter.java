package org.rsavlm.models.hub;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.PendingFile;
import org.rsavlm.core.torch.TorchDtype;

/**
 * Writes tensors as safetensors: one file, or a model directory with shards and index.
 *
 * <p>Bytes go from the arrays' memory to the file in chunks, cast on the way where asked: no second
 * copy of the model. The same tensors give the same bytes, and the bytes that Python's safetensors
 * writes. Files appear under their names when all of them are whole and synced; on failure the
 * former files stay and nothing else is left.
 *
 * <pre>{@code
 * SafetensorsWriter writer = new SafetensorsWriter();
 * parameters.forEach((name, array) -> writer.add(name, array, TorchDtype.BFLOAT16));
 * writer.writeDirectory(directory);
 * }</pre>
 *
 * <p>Arrays are read when a {@code write…} method runs and must not change meanwhile.
 */
public final class SafetensorsWriter {

  /** Largest shard unless set otherwise: 5 GB, as Hugging Face's libraries wrote for years. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  /** Gives an array at the time when its bytes are due. */
  @FunctionalInterface
  public interface TensorSource {
    /**
     * Returns the array, of the planned shape; any type and device.
     *
     * @param manager of the CPU, closed as soon as the tensor is written; own the array by it, or
     *     by another to keep it
     */
    NDArray open(NDManager manager);
  }

  private record Planned(TensorInfo info, TensorSource source) {}

  private final Map<String, Planned> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));
  private long shardBytes = DEFAULT_SHARD_BYTES;

  /** Makes a writer without tensors, whose metadata is {@code format: pt}. */
  public SafetensorsWriter() {}

  /**
   * Adds a tensor of an array's type.
   *
   * @param name the tensor's name, used once
   * @param array stays the caller's; any device, contiguous or not
   * @return this
   */
  public SafetensorsWriter add(String name, NDArray array) {
    return add(name, array, TorchDtype.of(array));
  }

  /**
   * Adds a tensor that is cast while it is written.
   *
   * @param name the tensor's name, used once
   * @param array stays the caller's; any device, contiguous or not
   * @param dtype the type in the file
   * @return this
   */
  public SafetensorsWriter add(String name, NDArray array, TorchDtype dtype) {
    return add(name, dtype, array.getShape(), manager -> array);
  }

  /**
   * Adds a tensor that is made when its bytes are due, so that a model can be converted without
   * being in memory.
   *
   * <pre>{@code
   * writer.add(newName, info.dtype(), info.shape(), manager -> reader.read(manager, oldName));
   * }</pre>
   *
   * @param name the tensor's name, used once
   * @param dtype the type in the file
   * @param shape the dimensions
   * @param source gives the array; called once for each {@code write…} call
   * @return this
   */
  public SafetensorsWriter add(String name, TorchDtype dtype, Shape shape, TensorSource source) {
    if (name.equals(SafetensorsHeader.METADATA_KEY)
        || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException(Quote.of(name) + " cannot be a tensor's name");
    }
    Planned planned = new Planned(new TensorInfo(name, dtype, shape), source);
    if (tensors.putIfAbsent(name, planned) != null) {
      throw new IllegalArgumentException("two tensors are named " + Quote.of(name));
    }
    return this;
  }

  /**
   * Puts free text into the header of every file.
   *
   * @param key the key; {@code format} is {@code pt} unless set
   * @param value the text
   * @return this
   */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Sets the size of data from which {@link #writeDirectory} begins another shard. A tensor that is
   * larger has a shard of its own.
   *
   * @param bytes at least 1
   * @return this
   */
  public SafetensorsWriter maxShardBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("shards of " + bytes + " bytes");
    }
    shardBytes = bytes;
    return this;
  }

  /**
   * Writes all tensors into one file of any size.
   *
   * @param file the final name
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writeFile(Path file) {
    List<TensorInfo> infos = tensors.values().stream().map(Planned::info).toList();
    AtomicFiles.write(file, channel -> writeTensors(channel, infos));
  }

  /**
   * Writes a model directory: {@code model.safetensors} if all fits one shard, else {@code
   * model-00001-of-0000N.safetensors} and so on with {@code model.safetensors.index.json}. Weights
   * that an earlier save left in the directory are removed once the new ones stand.
   *
   * <p>Tensors are put into shards in the order in which they were added, as Hugging Face does.
   *
   * @param directory made if it is missing
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writeDirectory(Path directory) {
    List<TensorInfo> infos = tensors.values().stream().map(Planned::info).toList();
    ShardPlan plan = ShardPlan.of(infos, shardBytes);
    List<PendingFile> files = new ArrayList<>();
    try {
      plan.shards()
          .forEach(
              (name, members) -> {
                PendingFile file = PendingFile.of(directory.resolve(name));
                files.add(file);
                file.fill(channel -> writeTensors(channel, members));
              });
      if (plan.shards().size() > 1) {
        PendingFile index = PendingFile.of(directory.resolve(SafetensorsReader.INDEX_FILE));
        files.add(index);
        index.fill(channel -> writeFully(channel, ByteBuffer.wrap(plan.index())));
      }
      files.forEach(PendingFile::commit);
      plan.removeOthers(directory);
    } finally {
      files.forEach(PendingFile::close);
    }
    AtomicFiles.syncDirectory(directory);
  }

  private void writeTensors(FileChannel channel, List<TensorInfo> infos) throws IOException {
    List<TensorInfo> ordered = HeaderWriter.inOrder(infos);
    writeFully(channel, HeaderWriter.encode(metadata, ordered));
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      for (TensorInfo info : ordered) {
        try (NDManager own = manager.newSubManager()) {
          NDArray array = source(info).open(own);
          if (!array.getShape().equals(info.shape())) {
            throw new IllegalStateException(
                String.format(
                    Locale.ROOT,
                    "tensor %s was planned with shape %s and has %s",
                    Quote.of(info.name()),
                    info.shape(),
                    array.getShape()));
          }
          TensorCopy.toFile(array, info.dtype(), bytes -> writeFully(channel, bytes));
        }
      }
    }
  }

  private TensorSource source(TensorInfo info) {
    return Objects.requireNonNull(tensors.get(info.name())).source();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
