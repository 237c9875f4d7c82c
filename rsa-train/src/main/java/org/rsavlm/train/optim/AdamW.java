package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;

/**
 * AdamW (Loshchilov and Hutter, 2019) by torch's fused kernel, with clipping by the global norm.
 *
 * <p>Moments and updates are float32 (float64 for float64 parameters). Parameters of a narrower
 * type have a float32 master copy here, which the updates accumulate in. As in Hugging Face's
 * Trainer, weight decay spares biases and norms: everything with fewer than two dimensions. A
 * parameter takes part from the first step at which a gradient other than zero reaches it: one left
 * from earlier training, set to zero, does not count, so that a resumed process takes the same
 * steps as one that never ended.
 *
 * <p>Not thread-safe.
 */
public final class AdamW implements Optimizer {

  private static final TorchScript SCRIPT = TorchScript.load(AdamW.class, "optimizer.py");

  private final NDManager manager;
  private final List<ParameterGroup> groups;
  private final Settings settings;
  private final AdamWState state;

  /**
   * Constants of the optimiser.
   *
   * @param beta1 decay rate of the first moment
   * @param beta2 decay rate of the second moment
   * @param epsilon added to the root of the second moment
   * @param weightDecay decoupled decay of matrices, a factor of the learning rate
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {

    /** Torch's defaults, without weight decay. */
    public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 0);
  }

  /**
   * Starts without state.
   *
   * @param parent the optimiser keeps its state in a sub-manager of this one
   * @param groups names of parameters differ over all groups
   */
  public AdamW(NDManager parent, List<ParameterGroup> groups, Settings settings) {
    manager = parent.newSubManager();
    state = new AdamWState(manager);
    this.groups = List.copyOf(groups);
    this.settings = settings;
    ParameterGroup.names(groups); // refuses a parameter in two of them
  }

  @Override
  public Map<String, Double> rates(double factor) {
    return ParameterGroup.rates(groups, factor);
  }

  @Override
  public double step(double factor, double maxNorm) {
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      Map<String, NDArray> gradients = gradients(scratch);
      if (gradients.isEmpty()) {
        return 0;
      }
      List<NDArray> all = List.copyOf(gradients.values());
      double norm = norm(all);
      if (!Double.isFinite(norm)) {
        SCRIPT.run("zero", all);
        return norm;
      }
      // Torch's clip_grad_norm_, its small constant included.
      double clip = maxNorm > 0 ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
      for (ParameterGroup group : groups) {
        update(scratch, group, gradients, clip, factor * group.learningRate(), true);
        update(scratch, group, gradients, clip, factor * group.learningRate(), false);
      }
      SCRIPT.run("zero", all);
      return norm;
    }
  }

  /** The global norm of gradients. */
  private static double norm(List<NDArray> gradients) {
    return SCRIPT.callDouble("norm", gradients);
  }

  @Override
  public void zeroGradients() {
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      Map<String, NDArray> gradients = gradients(scratch);
      if (!gradients.isEmpty()) {
        SCRIPT.run("zero", List.copyOf(gradients.values()));
      }
    }
  }

  /** Gradients of the parameters that take part: those with state, and those reached now. */
  private Map<String, NDArray> gradients(NDManager scratch) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    for (ParameterGroup group : groups) {
      group
          .parameters()
          .forEach(
              (name, parameter) -> {
                NDArray gradient = Autograd.gradient(parameter);
                if (gradient != null) {
                  gradient.attach(scratch);
                  if (state.has(name) || norm(List.of(gradient)) != 0) {
                    gradients.put(name, gradient);
                  }
                } else if (state.has(name)) {
                  // After a resume: a parameter that took part before has gradient zero, not none.
                  gradients.put(
                      name,
                      Tensors.zeros(
                          scratch, TorchDtype.of(parameter), parameter.getShape().getShape()));
                }
              });
    }
    return gradients;
  }

  private void update(
      NDManager scratch,
      ParameterGroup group,
      Map<String, NDArray> gradients,
      double clip,
      double rate,
      boolean matrices) {
    List<NDArray> parameters = new ArrayList<>();
    List<NDArray> used = new ArrayList<>();
    List<NDArray> firsts = new ArrayList<>();
    List<NDArray> seconds = new ArrayList<>();
    List<NDArray> steps = new ArrayList<>();
    List<AdamWState.Slot> touched = new ArrayList<>();
    group
        .parameters()
        .forEach(
            (name, parameter) -> {
              NDArray gradient = gradients.get(name);
              if (gradient == null || (parameter.getShape().dimension() > 1) != matrices) {
                return;
              }
              AdamWState.Slot slot = state.of(name, parameter);
              NDArray leaf = Autograd.leaf(slot.updated(), false);
              leaf.attach(scratch);
              parameters.add(leaf);
              if (slot.master() != null) {
                NDArray wide = Tensors.cast(gradient, TorchDtype.FLOAT32);
                wide.attach(scratch);
                gradient = wide;
              }
              used.add(gradient);
              firsts.add(slot.first());
              seconds.add(slot.second());
              steps.add(slot.step());
              touched.add(slot);
            });
    if (parameters.isEmpty()) {
      return;
    }
    if (clip < 1) {
      SCRIPT.run("scale", used, clip);
    }
    SCRIPT.run(
        "adamw",
        parameters,
        used,
        firsts,
        seconds,
        steps,
        rate,
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        matrices ? settings.weightDecay() : 0.0);
    touched.forEach(AdamWState.Slot::publish);
  }

  /**
   * Returns the state by name: for a parameter {@code p} that took part, {@code p.exp_avg}, {@code
   * p.exp_avg_sq}, {@code p.step} and, where it has one, {@code p.master}. The optimiser owns the
   * arrays.
   */
  @Override
  public Map<String, NDArray> state() {
    return state.byName();
  }

  /**
   * Makes the state of the parameters that took part in an earlier run and returns it, to be filled
   * with what that run's {@link #state} held. Needs an optimiser that took no step.
   *
   * @param stored the names in the earlier state
   * @throws IllegalArgumentException if names and parameters do not fit
   */
  public Map<String, NDArray> stateToRestore(Iterable<String> stored) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    groups.forEach(group -> parameters.putAll(group.parameters()));
    return state.toRestore(stored, parameters);
  }

  @Override
  public void restore(StoredState stored) {
    stateToRestore(stored.names()).forEach((name, array) -> stored.read(name, 0, array));
  }

  @Override
  public void close() {
    manager.close();
  }
}
