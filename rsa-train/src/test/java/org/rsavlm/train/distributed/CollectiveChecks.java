package org.rsavlm.train.distributed;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

/** Every collective with values that are known beforehand, for any number of ranks. */
final class CollectiveChecks {

  private final Communicator ranks;
  private final NDManager manager;
  private final int rank;
  private final int world;

  private CollectiveChecks(Communicator ranks, NDManager manager) {
    this.ranks = ranks;
    this.manager = manager;
    this.rank = ranks.rank();
    this.world = ranks.world();
  }

  static void all(Communicator ranks) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      CollectiveChecks checks = new CollectiveChecks(ranks, manager);
      checks.values();
      checks.broadcasts();
      checks.sums();
      checks.parts();
      checks.rows();
      checks.several();
    }
  }

  private void values() {
    long sum = (long) world * (world + 1) / 2;
    long[] longs = ranks.reduce(Reduction.SUM, rank + 1, 1L << 60 >> world, 0);
    equal("[" + sum + ", " + world * (1L << 60 >> world) + ", 0]", Arrays.toString(longs), "sum");
    equal(world - 1L, ranks.reduce(Reduction.MAX, (long) rank)[0], "max");
    equal(-5.5, ranks.reduce(Reduction.MIN, rank == 0 ? -5.5 : 1)[0], "min");
    equal(0.5 * world, ranks.reduce(Reduction.SUM, 0.5)[0], "sum of doubles");
    equal(0, ranks.reduce(Reduction.SUM, new long[0]).length, "nothing");
    byte[] told =
        ranks.broadcast(rank == world - 1 ? "told by the last".getBytes() : new byte[0], world - 1);
    equal("told by the last", new String(told), "broadcast");
    List<byte[]> all = ranks.allGather("x".repeat(rank * 3).getBytes());
    for (int r = 0; r < world; r++) {
      equal("x".repeat(r * 3), new String(all.get(r)), "bytes of " + r);
    }
    ranks.barrier();
  }

  private void broadcasts() {
    NDArray array = floats(13, i -> rank * 100 + i);
    ranks.broadcast(array, world - 1);
    equal(floats(13, i -> (world - 1) * 100 + i), array, "broadcast");
    NDArray half = Tensors.cast(floats(3, i -> rank + i), TorchDtype.BFLOAT16);
    ranks.broadcast(half, 0);
    equal(floats(3, i -> i), half, "broadcast of bfloat16");
    ranks.broadcast(floats(0, i -> 0), 0);
  }

  private void sums() {
    float ranksSum = world * (world - 1) / 2f;
    for (TorchDtype dtype :
        new TorchDtype[] {
          TorchDtype.FLOAT32, TorchDtype.FLOAT64, TorchDtype.INT64, TorchDtype.BFLOAT16
        }) {
      NDArray array = Tensors.cast(floats(17, i -> rank + i), dtype);
      ranks.allReduce(array);
      equal(floats(17, i -> ranksSum + world * i), array, "sum of " + dtype);
      NDArray whole = Tensors.cast(floats(6 * world, i -> rank + i), dtype);
      NDArray part = Tensors.zeros(manager, dtype, 3, 2);
      ranks.reduceScatter(whole, part);
      equal(floats(6, i -> ranksSum + world * (rank * 6 + i)), part, "part of " + dtype);
    }
    // A rank with nothing takes part with zeros.
    NDArray one = floats(4, i -> rank == 0 ? i : 0);
    ranks.allReduce(one);
    equal(floats(4, i -> i), one, "sum with zeros");
  }

  private void parts() {
    NDArray part = floats(7, i -> rank * 7 + i);
    NDArray whole = Tensors.zeros(manager, TorchDtype.FLOAT32, world * 7L);
    ranks.allGather(part, whole);
    equal(floats(world * 7, i -> i), whole, "all parts");
    NDArray own = floats(world * 7, i -> i / 7 == rank ? i : -1);
    ranks.allGather(own.get(rank * 7 + ":" + (rank + 1) * 7), own);
    equal(floats(world * 7, i -> i), own, "all parts in place");
  }

  private void rows() {
    for (int emptyRank = 0; emptyRank < 2; emptyRank++) { // rank 0 brings none, then rank 1
      int skipped = emptyRank;
      long[] counts = IntStream.range(0, world).mapToLong(r -> r == skipped ? 0 : r + 2).toArray();
      long mine = counts[rank];
      NDArray rows = floats((int) mine * 3, i -> rank * 1000 + i).reshape(mine, 3);
      GatheredRows all = ranks.gatherRows(rows);
      equal(Arrays.toString(counts), Arrays.toString(all.counts()), "counts");
      double[] values = Tensors.toDoubles(all.rows());
      for (int r = 0; r < world; r++) {
        for (int i = 0; i < counts[r] * 3; i++) {
          equal(r * 1000.0 + i, values[(int) all.offset(r) * 3 + i], "row value");
        }
      }
    }
    equal(0L, ranks.gatherRows(floats(0, i -> 0).reshape(0, 3)).rows().size(), "no rows at all");
  }

  private void several() {
    NDArray first = floats(50, i -> 1);
    NDArray second = floats(20 * world, i -> 2);
    NDArray part = Tensors.zeros(manager, TorchDtype.FLOAT32, 20);
    NDArray whole = Tensors.zeros(manager, TorchDtype.FLOAT32, 20L * world);
    Pending one = ranks.startAllReduce(first);
    Pending two = ranks.startReduceScatter(second, part);
    Pending three = ranks.startAllGather(floats(20, i -> rank), whole);
    three.await();
    two.await();
    while (!one.isDone()) {
      Thread.yield();
    }
    one.await();
    equal(floats(50, i -> world), first, "first of several");
    equal(floats(20, i -> 2 * world), part, "second of several");
    equal(floats(20 * world, i -> i / 20), whole, "third of several");
  }

  private interface Value {
    double at(int i);
  }

  private NDArray floats(int count, Value value) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) value.at(i);
    }
    return Tensors.of(manager, values, count);
  }

  private static void equal(NDArray wanted, NDArray found, String what) {
    equal(
        Arrays.toString(Tensors.toDoubles(wanted)),
        Arrays.toString(Tensors.toDoubles(found)),
        what);
  }

  static void equal(Object wanted, Object found, String what) {
    if (!wanted.equals(found)) {
      throw new AssertionError(what + " is " + found + " instead of " + wanted);
    }
  }
}
