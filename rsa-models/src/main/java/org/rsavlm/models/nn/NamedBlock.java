package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchRuntime;

/**
 * A DJL block whose parameters carry Hugging Face's names and any {@link TorchDtype}.
 *
 * <p>Its life: constructed from a config (shapes are known, nothing is allocated), {@link
 * #allocate}, then {@link #randomize} or filled from a checkpoint, then {@link #train}ed in part or
 * whole. {@link #initialize} does the first three for DJL code that expects it. Numerical work is
 * in the script beside the subclass.
 */
public abstract class NamedBlock extends AbstractBlock {

  private final Map<String, WeightInit.Declared> declared = new LinkedHashMap<>();
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private TorchDtype dtype = TorchDtype.FLOAT32;

  /** Makes a block without parameters yet; subclasses {@link #declare} them. */
  protected NamedBlock() {}

  /** Declares a parameter; the order of declarations is the order of {@link #weights}. */
  protected final void declare(String name, WeightInit init, long... shape) {
    declared.put(name, new WeightInit.Declared(new Shape(shape), init));
  }

  /** Returns each parameter's shape by its Hugging Face name; known before allocation. */
  public final Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    declared.forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    return shapes;
  }

  /**
   * Creates the parameters with unset contents.
   *
   * @param manager owns them; its device holds them
   * @param type their element type
   * @throws IllegalStateException if they were created before
   */
  public final void allocate(NDManager manager, TorchDtype type) {
    if (!weights.isEmpty()) {
      throw new IllegalStateException("the parameters are allocated already");
    }
    dtype = type;
    for (Map.Entry<String, WeightInit.Declared> entry : declared.entrySet()) {
      NDArray array = Tensors.empty(manager, type, entry.getValue().shape().getShape());
      weights.put(entry.getKey(), array);
      addParameter(
          Parameter.builder()
              .setName(entry.getKey())
              .setType(Parameter.Type.OTHER)
              .optArray(array)
              .optRequiresGrad(false)
              .build());
    }
  }

  /**
   * Fills the parameters as the reference implementations start them.
   *
   * <p>Each parameter's stream depends on the seed and its name alone, so that a part of a model
   * starts the same whatever surrounds it.
   */
  public final void randomize(long seed) {
    requireAllocated();
    for (Map.Entry<String, WeightInit.Declared> entry : declared.entrySet()) {
      TorchRuntime.seed(mix(seed, entry.getKey()));
      entry.getValue().init().apply(weight(entry.getKey()));
    }
  }

  /** A 63-bit hash of seed and name (FNV-1a, then SplitMix64's finaliser). */
  private static long mix(long seed, String name) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return (hash ^ (hash >>> 31)) & Long.MAX_VALUE;
  }

  /**
   * Sets which parameters are trained; operations on the others are not recorded.
   *
   * @param wanted tells by Hugging Face name
   */
  public final void train(Predicate<String> wanted) {
    requireAllocated();
    weights.forEach((name, array) -> array.setRequiresGradient(wanted.test(name)));
  }

  /**
   * Returns a parameter.
   *
   * @param name its Hugging Face name
   * @throws IllegalArgumentException if there is none
   */
  public final NDArray weight(String name) {
    NDArray array = weights.get(name);
    if (array == null) {
      requireAllocated();
      throw new IllegalArgumentException("no parameter " + name);
    }
    return array;
  }

  /** Returns all parameters by Hugging Face name, in the order of the model. */
  public final Map<String, NDArray> weights() {
    return Collections.unmodifiableMap(weights);
  }

  /** Returns the parameters' element type. */
  public final TorchDtype dtype() {
    return dtype;
  }

  private void requireAllocated() {
    if (weights.isEmpty() && !declared.isEmpty()) {
      throw new IllegalStateException(
          "the parameters are not there yet: call allocate, then randomize or load a checkpoint");
    }
  }

  /** Allocates and starts the parameters from seed 0, for code that knows DJL's blocks only. */
  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... shapes) {
    beforeInitialize(shapes);
    if (weights.isEmpty()) {
      allocate(manager, TorchDtype.valueOf(dataType.name()));
      randomize(0);
    }
  }

  /** Tells whether the parameters exist. */
  @Override
  public boolean isInitialized() {
    return !weights.isEmpty();
  }
}
