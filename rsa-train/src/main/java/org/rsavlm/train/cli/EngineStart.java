package org.rsavlm.train.cli;

import java.util.Arrays;
import java.util.Set;
import org.rsavlm.core.torch.TorchRuntime;

/**
 * Loads libtorch beside the parsing of arguments and the reading of files: it takes half a second
 * of one core, and most commands wait for nothing else so long before they begin.
 */
final class EngineStart {

  private static final Set<String> COMMANDS =
      Set.of("align", "eval", "generate", "quickstart", "train");

  /** Answered without libtorch, or to be set before it loads. */
  private static final Set<String> WITHOUT = Set.of("-h", "--help", "-V", "--version", "--verbose");

  private final Thread thread = new Thread(EngineStart::load, "engine-start");

  private EngineStart() {
    thread.setDaemon(true);
  }

  /** Begins where the command will need libtorch. */
  static EngineStart of(String... args) {
    EngineStart start = new EngineStart();
    if (args.length > 1
        && COMMANDS.contains(args[0])
        && Arrays.stream(args).noneMatch(WITHOUT::contains)) {
      start.thread.start();
    }
    return start;
  }

  /** Waits for the end of loading: a process must not exit in the middle of it. */
  void finish() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void load() {
    try {
      TorchRuntime.version();
    } catch (RuntimeException | LinkageError e) {
      // The command meets the same failure, and reports it in its own way.
    }
  }
}
