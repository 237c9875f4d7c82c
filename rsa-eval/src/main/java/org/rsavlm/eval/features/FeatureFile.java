package org.rsavlm.eval.features;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.FeatureMatrix;
import org.rsavlm.eval.alignment.LayerFeatures;

/**
 * Features in a file: [N, d] for one layer or [layers, N, d] for several.
 *
 * <pre>{@code
 * try (FeatureFile vision = FeatureFile.open("vision.safetensors#siglip");
 *     FeatureFile text = FeatureFile.open("text.npy")) {
 *   LayerGrid grid = LayerGrid.measure(vision, text, MutualKnn.paper());
 * }
 * }</pre>
 *
 * <p>Opening reads the header alone; a layer's values are read when it is asked for. Float32,
 * float64, float16 and, in safetensors, bfloat16 are read. Not for use by several threads.
 */
public final class FeatureFile implements LayerFeatures, AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 22;

  private final String location;
  private final FeatureStore store;
  private final boolean layered;
  private final int layers;
  private final int samples;
  private final int dimension;

  private FeatureFile(String location, FeatureStore store) {
    this.location = location;
    this.store = store;
    long[] shape = store.layout().shape();
    if (shape.length != 2 && shape.length != 3) {
      throw new UserException(
          location,
          "features of shape " + Arrays.toString(shape),
          "give [N, d], or [layers, N, d] for several layers");
    }
    layered = shape.length == 3;
    long rows = shape[shape.length - 2];
    long cols = shape[shape.length - 1];
    boolean empty = rows < 1 || cols < 1 || shape[0] < 1;
    if (empty || shape[0] > Integer.MAX_VALUE || rows > (Integer.MAX_VALUE - 8) / cols) {
      throw new UserException(
          location,
          "features of shape " + Arrays.toString(shape),
          empty ? "no dimension may be 0" : "a layer may hold at most 2^31 values");
    }
    layers = layered ? (int) shape[0] : 1;
    samples = (int) rows;
    dimension = (int) cols;
  }

  /**
   * Opens a file.
   *
   * @param location a path that ends in {@code .safetensors}, {@code .npy} or {@code .npz}, with
   *     {@code #NAME} after it where the file holds more than one array
   * @throws UserException if there is no such file or array, if it isn't of floating-point values
   *     of 2 or 3 dimensions, or if the file is damaged
   */
  public static FeatureFile open(String location) {
    String file = location;
    String name = "";
    int hash = location.lastIndexOf('#');
    if (hash >= 0 && !Files.exists(path(location, location))) {
      file = location.substring(0, hash);
      name = location.substring(hash + 1);
    }
    FeatureStore store = store(path(location, file), name);
    try {
      return new FeatureFile(location, store);
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  private static FeatureStore store(Path file, String name) {
    String lower = file.toString().toLowerCase(Locale.ROOT);
    if (lower.endsWith(".safetensors")) {
      return SafetensorsStore.open(file, name);
    }
    if (lower.endsWith(".npz")) {
      return NpzStore.open(file, name);
    }
    if (lower.endsWith(".npy")) {
      if (!name.isEmpty()) {
        throw new UserException(
            file + "#" + name, "a .npy file holds one array without a name", "leave out #" + name);
      }
      return NpyStore.open(file);
    }
    throw new UserException(
        file.toString(), "not a known kind of file", "give a .safetensors, .npy or .npz file");
  }

  private static Path path(String location, String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new UserException(location, "not a path", "give the path of a file", e);
    }
  }

  /** Returns the path and array that were opened, as given. */
  public String location() {
    return location;
  }

  /** Returns the free text in the file's header by key, as in safetensors; may be empty. */
  public Map<String, String> metadata() {
    return store.metadata();
  }

  /** Tells whether the array is [layers, N, d], if with one layer only. */
  public boolean layered() {
    return layered;
  }

  /** Returns the number of samples N. */
  public int samples() {
    return samples;
  }

  /** Returns the feature dimension d. */
  public int dimension() {
    return dimension;
  }

  @Override
  public int layers() {
    return layers;
  }

  /**
   * Reads one layer.
   *
   * @throws UserException if the file can't be read or holds a value that is not finite
   */
  @Override
  public FeatureMatrix layer(int layer) {
    FeatureDtype type = store.layout().type();
    int count = samples * dimension;
    long first = (long) layer * count * type.bytes();
    double[] wide = new double[type == FeatureDtype.F64 ? count : 0];
    float[] single = new float[count - wide.length];
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(store.layout().order());
    int step = CHUNK_BYTES / type.bytes();
    for (int at = 0; at < count; at += step) {
      int length = Math.min(step, count - at);
      chunk.clear().limit(length * type.bytes());
      store.read(first + (long) at * type.bytes(), chunk);
      chunk.flip();
      if (type == FeatureDtype.F64) {
        chunk.asDoubleBuffer().get(wide, at, length);
      } else {
        type.decode(chunk, single, at);
      }
    }
    try {
      return type == FeatureDtype.F64
          ? FeatureMatrix.of(samples, dimension, wide)
          : FeatureMatrix.of(samples, dimension, single);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          location,
          (layered ? "layer " + layer + ": " : "") + e.getMessage(),
          "leave such samples out on both sides, or find out why the model gave them",
          e);
    }
  }

  /** Closes the file; features that were read stay. */
  @Override
  public void close() {
    store.close();
  }
}
