package org.rsavlm.eval.alignment;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.rsavlm.core.torch.TorchRuntime;

/**
 * Works on some layers at a time: what is done to one has parts that use one core only. Threads of
 * their own, since a layer's work itself may wait for the common pool; libtorch's threads are
 * divided among them, as they would else be in each other's way.
 */
final class LayerWorkers {

  /** As many layers are in memory at once. */
  private static final int MOST = 4;

  private LayerWorkers() {}

  /** Loads every layer, one at a time, and gives what the function makes of it, in order. */
  static <P> List<P> map(LayerFeatures features, Function<FeatureMatrix, P> work) {
    int workers =
        Math.min(Math.min(MOST, features.layers()), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(workers, LayerWorkers::thread);
    CompletableFuture<Integer> torchThreads = new CompletableFuture<>();
    int before = 0;
    try {
      Object loading = new Object(); // a file's reader needn't be safe for many threads
      List<Future<P>> layers = new ArrayList<>();
      for (int i = 0; i < features.layers(); i++) {
        int layer = i;
        layers.add(
            pool.submit(
                () -> {
                  FeatureMatrix loaded;
                  synchronized (loading) {
                    loaded = features.layer(layer);
                  }
                  TorchRuntime.setThreads(Math.max(1, torchThreads.join() / workers));
                  return work.apply(loaded);
                }));
      }
      before = TorchRuntime.threads(); // may load libtorch, while the first layers are read
      torchThreads.complete(before);
      List<P> done = new ArrayList<>();
      for (Future<P> layer : layers) {
        done.add(layer.get());
      }
      return done;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while layers were measured", e);
    } finally {
      torchThreads.cancel(false); // where libtorch did not load, nobody must wait for it
      pool.shutdownNow();
      if (before > 0) {
        TorchRuntime.setThreads(before); // what threads that start from now on get
      }
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "layer-worker");
    thread.setDaemon(true);
    return thread;
  }
}
