package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

/** What {@link AdamW} keeps from step to step of each parameter that took part. */
final class AdamWState {

  private final NDManager manager;
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  /**
   * What belongs to one parameter.
   *
   * @param first moment
   * @param second moment
   * @param step count of the steps in which it took part
   * @param master float32 copy that the updates accumulate in; null where the parameter is as wide
   */
  record Slot(
      NDArray first, NDArray second, NDArray step, @Nullable NDArray master, NDArray parameter) {

    /** What an update changes. */
    NDArray updated() {
      return master == null ? parameter : master;
    }

    /** Brings an update into the parameter. */
    void publish() {
      if (master != null) {
        Tensors.copyInto(master, parameter);
      }
    }
  }

  /**
   * Starts without any.
   *
   * @param manager owns the arrays
   */
  AdamWState(NDManager manager) {
    this.manager = manager;
  }

  /** Tells whether a parameter took part. */
  boolean has(String name) {
    return slots.containsKey(name);
  }

  /** Returns what belongs to a parameter, made on its first part. */
  Slot of(String name, NDArray parameter) {
    return slots.computeIfAbsent(name, key -> newSlot(parameter));
  }

  private Slot newSlot(NDArray parameter) {
    TorchDtype own = TorchDtype.of(parameter);
    TorchDtype wide = own == TorchDtype.FLOAT64 ? TorchDtype.FLOAT64 : TorchDtype.FLOAT32;
    long[] shape = parameter.getShape().getShape();
    NDArray master = null;
    if (wide != own) {
      master = Tensors.empty(manager, wide, shape);
      Tensors.copyInto(parameter, master);
    }
    return new Slot(
        Tensors.zeros(manager, wide, shape),
        Tensors.zeros(manager, wide, shape),
        Tensors.zeros(manager, TorchDtype.FLOAT32),
        master,
        parameter);
  }

  /** See {@link AdamW#state}. */
  Map<String, NDArray> byName() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    slots.forEach(
        (name, slot) -> {
          state.put(name + StateArray.FIRST, slot.first());
          state.put(name + StateArray.SECOND, slot.second());
          state.put(name + StateArray.STEP, slot.step());
          if (slot.master() != null) {
            state.put(name + StateArray.MASTER, slot.master());
          }
        });
    return state;
  }

  /** See {@link AdamW#stateToRestore}. */
  Map<String, NDArray> toRestore(Iterable<String> stored, Map<String, NDArray> parameters) {
    if (!slots.isEmpty()) {
      throw new IllegalStateException("the optimiser has state already");
    }
    List<String> names = new ArrayList<>();
    stored.forEach(names::add);
    for (String name : names) {
      if (name.endsWith(StateArray.STEP)) {
        String parameter = name.substring(0, name.length() - StateArray.STEP.length());
        NDArray array = parameters.get(parameter);
        if (array == null) {
          throw new IllegalArgumentException("the stage does not train " + parameter);
        }
        slots.put(parameter, newSlot(array));
      }
    }
    Map<String, NDArray> state = byName();
    if (!state.keySet().equals(new HashSet<>(names))) {
      throw new IllegalArgumentException("the state's names do not fit the parameters");
    }
    return state;
  }
}
