package org.rsavlm.train.distributed;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Locale;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

/** Times collectives of a size, for docs/scaling.md. */
final class Bandwidth {

  private static final int ROUNDS = 7;

  private Bandwidth() {}

  static void measure(Communicator ranks, int megabytes) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      long count = megabytes * 250_000L / ranks.world() * ranks.world();
      NDArray whole = Tensors.zeros(manager, TorchDtype.FLOAT32, count);
      NDArray part = Tensors.zeros(manager, TorchDtype.FLOAT32, count / ranks.world());
      time(ranks, "all-reduce", () -> ranks.allReduce(whole));
      time(ranks, "reduce-scatter", () -> ranks.reduceScatter(whole, part));
      time(ranks, "all-gather", () -> ranks.allGather(part, whole));
      time(ranks, "sum of one number", () -> ranks.reduce(Reduction.SUM, 1));
    }
  }

  private static void time(Communicator ranks, String what, Runnable collective) {
    double[] seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ranks.barrier();
      long begun = System.nanoTime();
      collective.run();
      seconds[round] = (System.nanoTime() - begun) / 1e9;
    }
    Arrays.sort(seconds);
    if (ranks.isRoot()) {
      RankMain.say(
          ranks.identity(),
          String.format(
              Locale.ROOT,
              "%s: median %.5f s, best %.5f s",
              what,
              seconds[ROUNDS / 2],
              seconds[0]));
    }
  }
}
