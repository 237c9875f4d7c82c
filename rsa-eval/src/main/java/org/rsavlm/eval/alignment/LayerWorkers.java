package org.rsavlm.eval.alignment;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Works on some layers at a time: what is done to one has parts that use one core only. Threads of
 * their own, since a layer's work itself may wait for the common pool.
 */
final class LayerWorkers {

  /** As many layers are in memory at once. */
  private static final int MOST = 4;

  private LayerWorkers() {}

  /** Loads every layer, one at a time, and gives what the function makes of it, in order. */
  static <P> List<P> map(LayerFeatures features, Function<FeatureMatrix, P> work) {
    int threads =
        Math.min(Math.min(MOST, features.layers()), Runtime.getRuntime().availableProcessors());
    ExecutorService workers = Executors.newFixedThreadPool(threads, LayerWorkers::thread);
    try {
      Object loading = new Object(); // a file's reader needn't be safe for many threads
      List<Future<P>> layers = new ArrayList<>();
      for (int i = 0; i < features.layers(); i++) {
        int layer = i;
        layers.add(
            workers.submit(
                () -> {
                  FeatureMatrix loaded;
                  synchronized (loading) {
                    loaded = features.layer(layer);
                  }
                  return work.apply(loaded);
                }));
      }
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
      workers.shutdownNow();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "layer-worker");
    thread.setDaemon(true);
    return thread;
  }
}
