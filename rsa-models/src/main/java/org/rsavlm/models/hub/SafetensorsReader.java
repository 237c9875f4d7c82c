package org.rsavlm.models.hub;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

/**
 * Reads tensors by name from a safetensors file, or from a directory with {@code model.safetensors}
 * or the shards of {@code model.safetensors.index.json}.
 *
 * <p>Opening reads and checks the headers alone. A tensor's bytes go from the file straight into
 * the array's memory; where type or device differ, through a buffer of {@value
 * TensorCopy#CHUNK_BYTES} bytes, so that loading a model takes the model's memory and no more. No
 * size is limited to 2 GiB. Reading may go on in several threads.
 *
 * <pre>{@code
 * try (SafetensorsReader weights = SafetensorsReader.open(directory)) {
 *   NDArray norm = weights.read(manager, "model.norm.weight");
 *   weights.readInto("lm_head.weight", parameterArray);
 * }
 * }</pre>
 *
 * <p>The format is described at https://huggingface.co/docs/safetensors.
 */
public final class SafetensorsReader implements AutoCloseable {

  /** The weights of a model that fit one file. */
  static final String SINGLE_FILE = "model.safetensors";

  /** The index of a model in several files. */
  static final String INDEX_FILE = "model.safetensors.index.json";

  private record Location(ShardFile shard, SafetensorsHeader.Entry entry) {}

  private final Path path;
  private final List<ShardFile> shards = new ArrayList<>();
  private final Map<String, Location> locations = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsReader(Path path) {
    this.path = path;
  }

  /**
   * Opens a file or a model directory.
   *
   * @param path a {@code .safetensors} file, a {@code .index.json} file, or a directory
   * @return the open weights; to be closed
   * @throws UserException if there are no weights there, or a header or the index is damaged
   */
  public static SafetensorsReader open(Path path) {
    SafetensorsReader reader = new SafetensorsReader(path);
    try {
      reader.openAll();
      return reader;
    } catch (RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  private void openAll() {
    Path file = path;
    if (Files.isDirectory(path)) {
      // Both may be there after an interrupted save; transformers prefers the single file too.
      file = path.resolve(SINGLE_FILE);
      if (!Files.exists(file)) {
        file = path.resolve(INDEX_FILE);
      }
      if (!Files.exists(file)) {
        throw noWeights();
      }
    }
    if (file.toString().endsWith(".json")) {
      openSharded(WeightIndex.read(file));
    } else {
      ShardFile shard = openShard(file);
      shard.header().entries().forEach(entry -> put(shard, entry));
    }
  }

  private void openSharded(WeightIndex index) {
    Map<String, String> missing = new LinkedHashMap<>(index.weightMap());
    for (String name : index.shards()) {
      Path file = index.file().resolveSibling(name);
      if (!Files.exists(file)) {
        throw SafetensorsHeader.damaged(
            index.file(), "the shard " + Quote.of(name) + " is not there");
      }
      ShardFile shard = openShard(file);
      for (SafetensorsHeader.Entry entry : shard.header().entries()) {
        String tensor = entry.info().name();
        String expected = index.weightMap().getOrDefault(tensor, name);
        if (!expected.equals(name)) {
          continue; // a second copy; the index says which one counts
        }
        missing.remove(tensor);
        if (locations.containsKey(tensor)) {
          throw SafetensorsHeader.damaged(
              file,
              "tensor " + Quote.of(tensor) + " stands in another shard too and not in the index");
        }
        put(shard, entry);
      }
    }
    if (!missing.isEmpty()) {
      throw SafetensorsHeader.damaged(
          index.file(),
          missing.size()
              + " tensors are not in the shards that weight_map names: "
              + sample(missing.keySet()));
    }
  }

  private ShardFile openShard(Path file) {
    ShardFile shard = ShardFile.open(file);
    shards.add(shard);
    shard.header().metadata().forEach(metadata::putIfAbsent);
    return shard;
  }

  private void put(ShardFile shard, SafetensorsHeader.Entry entry) {
    locations.put(entry.info().name(), new Location(shard, entry));
    tensors.put(entry.info().name(), entry.info());
  }

  private UserException noWeights() {
    boolean pickled =
        Files.exists(path.resolve("pytorch_model.bin"))
            || Files.exists(path.resolve("pytorch_model.bin.index.json"));
    return new UserException(
        path.toString(),
        "neither " + SINGLE_FILE + " nor " + INDEX_FILE + " is there",
        pickled
            ? "pickled weights (.bin) are not read: convert them with transformers' save_pretrained"
            : "give a model directory in Hugging Face layout");
  }

  /** Returns the file or directory that was opened. */
  public Path path() {
    return path;
  }

  /** Returns what the headers say of every tensor, shard by shard in the order of the data. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Returns the free text in the headers, such as {@code format: pt}; the first shard's counts. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /**
   * Returns what the header says of a tensor.
   *
   * @param name the tensor's name
   * @throws UserException if there is none of this name
   */
  public TensorInfo info(String name) {
    return location(name).entry().info();
  }

  /**
   * Reads a tensor into a new array of its type.
   *
   * @param manager owns the array; its device holds it
   * @param name the tensor's name
   * @return the array
   * @throws UserException if there is none of this name or the file cannot be read
   */
  public NDArray read(NDManager manager, String name) {
    return read(manager, name, info(name).dtype());
  }

  /**
   * Reads a tensor into a new array, cast while copying.
   *
   * @param manager owns the array; its device holds it
   * @param name the tensor's name
   * @param dtype the array's type
   * @return the array
   * @throws UserException if there is none of this name, the file cannot be read or the cast would
   *     turn fractions into integers
   */
  public NDArray read(NDManager manager, String name, TorchDtype dtype) {
    NDArray array = Tensors.empty(manager, dtype, info(name).shape().getShape());
    try {
      readInto(name, array);
      return array;
    } catch (RuntimeException | Error e) {
      array.close();
      throw e;
    }
  }

  /**
   * Copies a tensor into an existing array, cast while copying. The array may require a gradient;
   * nothing is recorded.
   *
   * @param name the tensor's name
   * @param target a contiguous array of the tensor's shape, on any device
   * @throws UserException if there is no tensor of this name, its shape is another, the file cannot
   *     be read or the cast would turn fractions into integers
   */
  public void readInto(String name, NDArray target) {
    Location location = location(name);
    TensorInfo info = location.entry().info();
    if (!target.getShape().equals(info.shape())) {
      throw new UserException(
          location.shard().path().toString(),
          String.format(
              Locale.ROOT,
              "tensor %s has shape %s where %s is needed",
              Quote.of(name),
              info.shape(),
              target.getShape()),
          "the weights and the config are of different models");
    }
    TorchDtype wanted = TorchDtype.of(target);
    if (info.dtype().isFloatingPoint() && !wanted.isFloatingPoint()) {
      throw new UserException(
          location.shard().path().toString(),
          String.format(
              Locale.ROOT,
              "tensor %s is %s where %s is needed",
              Quote.of(name),
              StoredDtype.of(info.dtype()),
              StoredDtype.of(wanted)),
          "fractions are not rounded to integers");
    }
    TensorCopy.fromFile(
        info, target, (offset, buffer) -> location.shard().read(location.entry(), offset, buffer));
  }

  /**
   * Reads some of a tensor's bytes as they lie in the file: elements in row-major order,
   * little-endian. For parts of a tensor that is too large to be read at once.
   *
   * @param name the tensor's name
   * @param offset the first wanted byte, counted from the tensor's first
   * @param target filled from its position to its limit
   * @throws UserException if there is none of this name or the file cannot be read
   * @throws IndexOutOfBoundsException if the tensor has no such bytes
   */
  public void readBytes(String name, long offset, ByteBuffer target) {
    Location location = location(name);
    Objects.checkFromIndexSize(offset, target.remaining(), location.entry().info().bytes());
    location.shard().read(location.entry(), offset, target);
  }

  private Location location(String name) {
    Location location = locations.get(name);
    if (location == null) {
      throw new UserException(
          path.toString(),
          "no tensor "
              + Quote.of(name)
              + " among "
              + locations.size()
              + ", such as "
              + sample(tensors.keySet()),
          "check the name and that the weights are of this kind of model");
    }
    return location;
  }

  private static String sample(Set<String> names) {
    int shown = 5;
    String list =
        String.join(", ", new TreeSet<>(names).stream().limit(shown).map(Quote::of).toList());
    return names.size() > shown ? list + ", …" : list;
  }

  /** Closes the files. Arrays that were read stay. */
  @Override
  public void close() {
    shards.forEach(ShardFile::close);
  }
}
