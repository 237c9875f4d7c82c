package org.rsavlm.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.SafetensorsReader;

/**
 * Fills blocks from a checkpoint, with every misfit in one error.
 *
 * <p>Blocks are added with the names that the checkpoint gives their parameters; {@link #load}
 * compares names and shapes first and copies only when all fit.
 */
final class WeightLoader {

  private static final int SHOWN = 10;

  private final SafetensorsReader reader;
  private final Map<String, NDArray> targets = new LinkedHashMap<>();
  private final TreeSet<String> optional = new TreeSet<>();

  WeightLoader(SafetensorsReader reader) {
    this.reader = reader;
  }

  /** Adds an allocated block whose parameter {@code n} the checkpoint calls {@code name(n)}. */
  WeightLoader add(NamedBlock block, UnaryOperator<String> name) {
    block.weights().forEach((own, array) -> targets.put(name.apply(own), array));
    return this;
  }

  /** Adds one array. */
  WeightLoader add(String name, NDArray array) {
    targets.put(name, array);
    return this;
  }

  /** Names a tensor that a checkpoint may hold although the model has no use for it. */
  WeightLoader ignore(String name) {
    optional.add(name);
    return this;
  }

  /**
   * Copies all tensors, cast to the parameters' type.
   *
   * @throws UserException that lists missing and surplus tensors and differing shapes
   */
  void load() {
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, NDArray> target : targets.entrySet()) {
      if (!reader.tensors().containsKey(target.getKey())) {
        faults.add("missing " + target.getKey());
        continue;
      }
      Shape stored = reader.info(target.getKey()).shape();
      if (!stored.equals(target.getValue().getShape())) {
        faults.add(
            target.getKey() + " has shape " + stored + ", needed " + target.getValue().getShape());
      }
    }
    for (String name : reader.tensors().keySet()) {
      if (!targets.containsKey(name) && !optional.contains(name)) {
        faults.add("surplus " + name);
      }
    }
    if (!faults.isEmpty()) {
      String more = faults.size() > SHOWN ? " and " + (faults.size() - SHOWN) + " more" : "";
      throw new UserException(
          reader.path().toString(),
          faults.size()
              + " tensors do not fit config.json: "
              + String.join("; ", faults.subList(0, Math.min(SHOWN, faults.size())))
              + more,
          "check that config.json and the weights belong together");
    }
    targets.forEach(reader::readInto);
  }
}
