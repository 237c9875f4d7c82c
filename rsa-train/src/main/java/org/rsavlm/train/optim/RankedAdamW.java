package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.Pending;
import org.rsavlm.train.distributed.Reduction;
import org.rsavlm.train.optim.GradientBucket.Segment;

/**
 * {@link AdamW} over ranks that each hold a part of a batch's gradient.
 *
 * <p>Gradients are summed in float32 (float64 for float64 parameters), in flat buckets. {@link
 * Sharing#SHARDED} leaves to each rank the sum of its part of every bucket; the rank keeps moments
 * and master weights of that part alone, updates it, and the updated weights are gathered (ZeRO
 * stage 1: Rajbhandari et al., arXiv:1910.02054). {@link Sharing#REPLICATED} gives every rank the
 * whole sum, and each does the same update. Both compute what {@link AdamW} computes on one rank,
 * up to the rounding of sums, and leave the same bits on all ranks.
 *
 * <p>Which parameters take part is decided by the summed gradients: a rank whose samples reach none
 * of a part adds zeros. Every call but {@link #state} is a collective. Not thread-safe.
 */
public final class RankedAdamW implements Optimizer {

  private static final TorchScript SCRIPT = TorchScript.load(AdamW.class, "optimizer.py");
  private static final TorchScript SHARDS = TorchScript.load(RankedAdamW.class, "shards.py");

  /** Reductions under way at once; each holds one bucket of a rank's own gradient. */
  private static final int AT_ONCE = 2;

  /** Where the state lies. */
  public enum Sharing {
    /** Each rank keeps its part. */
    SHARDED,
    /** Each rank keeps all. */
    REPLICATED
  }

  private final NDManager manager;
  private final AdamW.Settings settings;
  private final Communicator ranks;
  private final Sharing sharing;
  private final List<ParameterGroup> groups;
  private final List<GradientBucket> buckets;
  private final List<String> names;
  private final Set<String> begun = new HashSet<>();
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  private record Slot(
      Segment piece, NDArray first, NDArray second, NDArray step, @Nullable NDArray master) {}

  /**
   * Starts without state.
   *
   * @param parent the optimiser keeps its state in a sub-manager of this one
   * @param groups the same on all ranks, and the same weights in them
   */
  public RankedAdamW(
      NDManager parent,
      List<ParameterGroup> groups,
      AdamW.Settings settings,
      Communicator ranks,
      Sharing sharing) {
    this(parent, groups, settings, ranks, sharing, GradientBucket.ELEMENTS);
  }

  RankedAdamW(
      NDManager parent,
      List<ParameterGroup> groups,
      AdamW.Settings settings,
      Communicator ranks,
      Sharing sharing,
      long bucketElements) {
    manager = parent.newSubManager();
    this.groups = List.copyOf(groups);
    this.settings = settings;
    this.ranks = ranks;
    this.sharing = sharing;
    names = ParameterGroup.names(groups);
    buckets = GradientBucket.plan(groups, bucketElements, ranks.world());
  }

  @Override
  public Map<String, Double> rates(double factor) {
    return ParameterGroup.rates(groups, factor);
  }

  private long ownStart(GradientBucket bucket) {
    return sharing == Sharing.REPLICATED ? 0 : ranks.rank() * ownSize(bucket);
  }

  private long ownSize(GradientBucket bucket) {
    return sharing == Sharing.REPLICATED ? bucket.size() : bucket.size() / ranks.world();
  }

  private List<Segment> own(GradientBucket bucket) {
    return bucket.within(ownStart(bucket), ownSize(bucket));
  }

  @Override
  public double step(double factor, double maxNorm) {
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      List<NDArray> sums = reduce(scratch);
      double[] squares = squares(scratch, sums);
      double norm = 0;
      for (double square : squares) {
        norm += square;
      }
      norm = Math.sqrt(norm);
      zeroGradients();
      if (!Double.isFinite(norm)) {
        return norm;
      }
      for (int i = 0; i < squares.length; i++) {
        if (squares[i] != 0) {
          begun.add(names.get(i));
        }
      }
      // Torch's clip_grad_norm_, its small constant included.
      double clip = maxNorm > 0 ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
      for (int b = 0; b < buckets.size(); b++) {
        update(scratch, buckets.get(b), sums.get(b), clip, factor);
        sums.get(b).close();
      }
      if (sharing == Sharing.SHARDED) {
        share(scratch);
      }
      return norm;
    }
  }

  /** The summed gradients: of each bucket what is this rank's. */
  private List<NDArray> reduce(NDManager scratch) {
    List<NDArray> sums = new ArrayList<>();
    Deque<Runnable> underWay = new ArrayDeque<>();
    for (GradientBucket bucket : buckets) {
      NDArray flat = Tensors.zeros(scratch, wide(bucket), bucket.size());
      packGradients(scratch, bucket, flat);
      if (sharing == Sharing.REPLICATED) {
        Pending pending = ranks.startAllReduce(flat);
        underWay.add(pending::await);
        sums.add(flat);
      } else {
        NDArray part = Tensors.empty(scratch, wide(bucket), ownSize(bucket));
        Pending pending = ranks.startReduceScatter(flat, part);
        underWay.add(
            () -> {
              pending.await();
              flat.close();
            });
        sums.add(part);
      }
      if (underWay.size() == AT_ONCE) {
        underWay.remove().run();
      }
    }
    underWay.forEach(Runnable::run);
    return sums;
  }

  private static void packGradients(NDManager scratch, GradientBucket bucket, NDArray flat) {
    List<NDArray> sources = new ArrayList<>();
    List<Segment> used = new ArrayList<>();
    for (Segment segment : bucket.segments()) {
      NDArray gradient = Autograd.gradient(segment.parameter());
      if (gradient != null) {
        gradient.attach(scratch);
        sources.add(gradient);
        used.add(segment);
      }
    }
    run("pack", flat, sources, used);
  }

  private static void run(
      String method, NDArray flat, List<NDArray> arrays, List<Segment> segments) {
    if (!arrays.isEmpty()) {
      SHARDS.run(
          method,
          flat,
          arrays,
          segments.stream().mapToLong(Segment::from).toArray(),
          segments.stream().mapToLong(Segment::at).toArray(),
          segments.stream().mapToLong(Segment::length).toArray());
    }
  }

  /** The sum of squares of each parameter's summed gradient, in the order of the names. */
  private double[] squares(NDManager scratch, List<NDArray> sums) {
    double[] squares = new double[names.size()];
    for (int b = 0; b < buckets.size(); b++) {
      List<Segment> own = own(buckets.get(b));
      if (own.isEmpty()) {
        continue;
      }
      List<NDArray> pieces = new ArrayList<>();
      for (Segment piece : own) {
        pieces.add(piece(scratch, sums.get(b), piece.at(), piece.length()));
      }
      double[] each = Tensors.toDoubles(SHARDS.call(scratch, "squares", pieces).singletonOrThrow());
      for (int i = 0; i < each.length; i++) {
        squares[names.indexOf(own.get(i).name())] += each[i];
      }
      pieces.forEach(NDArray::close);
    }
    return sharing == Sharing.REPLICATED ? squares : ranks.reduce(Reduction.SUM, squares);
  }

  private void update(
      NDManager scratch, GradientBucket bucket, NDArray sum, double clip, double factor) {
    List<NDArray> updated = new ArrayList<>();
    List<NDArray> gradients = new ArrayList<>();
    List<NDArray> firsts = new ArrayList<>();
    List<NDArray> seconds = new ArrayList<>();
    List<NDArray> steps = new ArrayList<>();
    List<Slot> touched = new ArrayList<>();
    for (Segment piece : own(bucket)) {
      if (!begun.contains(piece.name())) {
        continue;
      }
      Slot slot = slots.computeIfAbsent(key(piece), key -> newSlot(piece));
      touched.add(slot);
      updated.add(slot.master() == null ? view(scratch, piece) : slot.master());
      gradients.add(piece(scratch, sum, piece.at(), piece.length()));
      firsts.add(slot.first());
      seconds.add(slot.second());
      steps.add(slot.step());
    }
    if (updated.isEmpty()) {
      return;
    }
    if (clip < 1) {
      SCRIPT.run("scale", gradients, clip);
    }
    SCRIPT.run(
        "adamw",
        updated,
        gradients,
        firsts,
        seconds,
        steps,
        factor * bucket.group().learningRate(),
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        bucket.matrices() ? settings.weightDecay() : 0.0);
    for (Slot slot : touched) {
      if (slot.master() != null) {
        Tensors.copyInto(slot.master(), view(scratch, slot.piece()));
      }
    }
  }

  /** Gives every rank what the others have updated. */
  private void share(NDManager scratch) {
    Deque<Runnable> underWay = new ArrayDeque<>();
    for (GradientBucket bucket : buckets) {
      TorchDtype dtype = TorchDtype.of(bucket.segments().get(0).parameter());
      NDArray whole = Tensors.zeros(scratch, dtype, bucket.size());
      NDArray part = piece(scratch, whole, ownStart(bucket), ownSize(bucket));
      List<Segment> own = own(bucket);
      run("pack", part, own.stream().map(Segment::parameter).toList(), own);
      Pending pending = ranks.startAllGather(part, whole);
      underWay.add(
          () -> {
            pending.await();
            List<Segment> all = bucket.segments();
            run("unpack", whole, all.stream().map(Segment::parameter).toList(), all);
            part.close();
            whole.close();
          });
      if (underWay.size() == AT_ONCE) {
        underWay.remove().run();
      }
    }
    underWay.forEach(Runnable::run);
  }

  private static String key(Segment piece) {
    return piece.name() + "@" + piece.from();
  }

  private static TorchDtype wide(GradientBucket bucket) {
    return wide(bucket.segments().get(0).parameter());
  }

  private static TorchDtype wide(NDArray parameter) {
    boolean wider = TorchDtype.of(parameter) == TorchDtype.FLOAT64;
    return wider ? TorchDtype.FLOAT64 : TorchDtype.FLOAT32;
  }

  private static NDArray view(NDManager scratch, Segment piece) {
    return piece(scratch, piece.parameter(), piece.from(), piece.length());
  }

  private static NDArray piece(NDManager scratch, NDArray array, long from, long length) {
    return SHARDS.call(scratch, "piece", array, from, length).singletonOrThrow();
  }

  private Slot newSlot(Segment piece) {
    TorchDtype wide = wide(piece.parameter());
    NDArray master = null;
    if (wide != TorchDtype.of(piece.parameter())) {
      master = Tensors.empty(manager, wide, piece.length());
      try (NDManager scratch = manager.newSubManager()) {
        Tensors.copyInto(view(scratch, piece), master);
      }
    }
    return new Slot(
        piece,
        Tensors.zeros(manager, wide, piece.length()),
        Tensors.zeros(manager, wide, piece.length()),
        Tensors.zeros(manager, TorchDtype.FLOAT32),
        master);
  }

  @Override
  public void zeroGradients() {
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      List<NDArray> gradients = new ArrayList<>();
      for (ParameterGroup group : groups) {
        for (NDArray parameter : group.parameters().values()) {
          NDArray gradient = Autograd.gradient(parameter);
          if (gradient != null) {
            gradient.attach(scratch);
            gradients.add(gradient);
          }
        }
      }
      if (!gradients.isEmpty()) {
        SCRIPT.run("zero", gradients);
      }
    }
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (Slot slot : slots.values()) {
      Segment piece = slot.piece();
      state.put(StateArray.part(piece.name(), StateArray.FIRST, piece.from()), slot.first());
      state.put(StateArray.part(piece.name(), StateArray.SECOND, piece.from()), slot.second());
      state.putIfAbsent(piece.name() + StateArray.STEP, slot.step());
      if (slot.master() != null) {
        state.put(StateArray.part(piece.name(), StateArray.MASTER, piece.from()), slot.master());
      }
    }
    return state;
  }

  @Override
  public void restore(StoredState stored) {
    if (!begun.isEmpty()) {
      throw new IllegalStateException("the optimiser has state already");
    }
    for (String name : stored.names()) {
      if (name.endsWith(StateArray.STEP)) {
        String parameter = name.substring(0, name.length() - StateArray.STEP.length());
        if (!names.contains(parameter)) {
          throw new IllegalArgumentException("the stage does not train " + parameter);
        }
        begun.add(parameter);
      }
    }
    for (GradientBucket bucket : buckets) {
      for (Segment piece : own(bucket)) {
        if (begun.contains(piece.name())) {
          Slot slot = newSlot(piece);
          slots.put(key(piece), slot);
          stored.read(piece.name() + StateArray.FIRST, piece.from(), slot.first());
          stored.read(piece.name() + StateArray.SECOND, piece.from(), slot.second());
          stored.read(piece.name() + StateArray.STEP, 0, slot.step());
          if (slot.master() != null) {
            stored.read(piece.name() + StateArray.MASTER, piece.from(), slot.master());
          }
        }
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
