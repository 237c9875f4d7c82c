package org.rsavlm.eval.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rsavlm.core.UserException;

/** The benchmarks that can be run, by name. A new one is an entry of a {@code …Tasks} class. */
public final class Benchmarks {

  private Benchmarks() {}

  /** Returns all benchmarks, in the order of the paper's Table 1. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>(KnowledgeTasks.ALL);
    all.addAll(DocumentTasks.ALL);
    all.addAll(PerceptionTasks.ALL);
    return all;
  }

  /**
   * Returns the benchmark of a name.
   *
   * @throws UserException if there is none; it lists the names
   */
  public static Benchmark named(String name) {
    List<Benchmark> all = all();
    return all.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "benchmark",
                    "'" + name + "' is unknown",
                    "choose one of "
                        + all.stream().map(Benchmark::name).collect(Collectors.joining(", "))));
  }
}
