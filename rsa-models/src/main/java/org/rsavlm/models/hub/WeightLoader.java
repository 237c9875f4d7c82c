package org.rsavlm.models.hub;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.rsavlm.core.UserException;

/**
 * Fills blocks from a checkpoint, with every misfit in one error.
 *
 * <p>Blocks' arrays are added with the names that the checkpoint gives their parameters; {@link
 * #load} compares names and shapes first and copies only when all fit.
 */
public final class WeightLoader {

  private final StoredWeights weights;
  private final Map<String, NDArray> targets = new LinkedHashMap<>();
  private Predicate<String> idle = name -> false;

  /** Makes a loader of a checkpoint whose tensors were given our names. */
  public WeightLoader(StoredWeights weights) {
    this.weights = weights;
  }

  /** Adds a block's arrays, of which the checkpoint calls {@code n} {@code name(n)}. */
  public WeightLoader add(Map<String, NDArray> arrays, UnaryOperator<String> name) {
    arrays.forEach((own, array) -> targets.put(name.apply(own), array));
    return this;
  }

  /** Tells by name which tensors a checkpoint may hold although the model has no use for them. */
  public WeightLoader ignore(Predicate<String> names) {
    idle = idle.or(names);
    return this;
  }

  /**
   * Copies all tensors, cast to the parameters' type.
   *
   * @throws UserException that lists missing and surplus tensors and differing shapes
   */
  public void load() {
    Map<String, Shape> needed = new LinkedHashMap<>();
    targets.forEach((name, array) -> needed.put(name, array.getShape()));
    weights.check(needed, idle);
    targets.forEach((name, array) -> weights.reader().readInto(weights.stored(name), array));
  }
}
