package org.rsavlm.train.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.train.optim.StateArray;
import org.rsavlm.train.optim.StoredState;

/** The optimiser's state in a checkpoint, from one file or from one of each rank. */
final class OptimizerFiles implements StoredState, AutoCloseable {

  private static final String PREFIX = "optimizer";
  private static final String SUFFIX = ".safetensors";

  private record Part(SafetensorsReader file, String stored, long from, long length) {}

  private final List<SafetensorsReader> files = new ArrayList<>();
  private final Map<String, List<Part>> parts = new LinkedHashMap<>();

  private OptimizerFiles() {}

  /** Returns the name of the file of a rank that keeps a part of the state. */
  static String name(int rank, int world) {
    return world == 1
        ? PREFIX + SUFFIX
        : "%s-%05d-of-%05d%s".formatted(PREFIX, rank + 1, world, SUFFIX);
  }

  /**
   * Opens what a checkpoint has; it may be nothing.
   *
   * @throws UserException if a file is damaged
   */
  static OptimizerFiles open(Path checkpoint) {
    OptimizerFiles all = new OptimizerFiles();
    try (Stream<Path> paths = Files.list(checkpoint)) {
      for (Path path : paths.sorted().toList()) {
        String name = String.valueOf(path.getFileName());
        if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
          all.add(SafetensorsReader.open(path));
        }
      }
      return all;
    } catch (IOException e) {
      all.close();
      throw new UserException(
          checkpoint.toString(), "can't be read: " + e, "check its permissions", e);
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private void add(SafetensorsReader file) {
    files.add(file);
    file.tensors()
        .forEach(
            (stored, info) -> {
              StateArray array = StateArray.parse(stored);
              parts
                  .computeIfAbsent(array.whole(), name -> new ArrayList<>())
                  .add(new Part(file, stored, array.from(), info.shape().size()));
            });
  }

  @Override
  public Set<String> names() {
    return parts.keySet();
  }

  @Override
  public void read(String name, long from, NDArray target) {
    long end = from + target.getShape().size();
    long covered = 0;
    try (NDManager scratch = target.getManager().newSubManager()) {
      NDArray flat = target.reshape(-1);
      flat.attach(scratch);
      List<Part> wanted = parts.getOrDefault(name, List.of());
      for (Part part : wanted) {
        long first = Math.max(from, part.from());
        long last = Math.min(end, part.from() + part.length());
        if (first < last && covered < end - from) {
          NDArray stored = part.file().read(scratch, part.stored()).reshape(-1);
          stored.attach(scratch);
          Tensors.copyInto(
              Tensors.slice(scratch, stored, first - part.from(), last - part.from()),
              Tensors.slice(scratch, flat, first - from, last - from));
          covered += last - first;
        }
      }
    }
    if (covered != end - from) {
      throw new IllegalArgumentException(
          name + ": " + covered + " of " + (end - from) + " elements are there");
    }
  }

  @Override
  public void close() {
    files.forEach(SafetensorsReader::close);
  }
}
