package org.rsavlm.train.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.train.monitor.Profiler;
import org.rsavlm.train.monitor.StageProfile;
import org.rsavlm.train.step.Phase;
import org.rsavlm.train.step.PhaseClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the time of a session's stages goes: {@code profile.json} and a table a stage; or not. */
final class RunProfile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunProfile.class);

  private final @Nullable Profiler profiler;
  private final Path file;
  private final ArrayNode stages = JsonNodeFactory.instance.arrayNode();

  /**
   * Begins.
   *
   * @param on otherwise nothing is measured or written
   */
  RunProfile(RunDirectory directory, boolean on) {
    profiler = on ? new Profiler() : null;
    file = directory.profile();
  }

  PhaseClock clock() {
    return profiler == null ? PhaseClock.OFF : profiler;
  }

  /** Runs something in a phase. */
  void during(Phase phase, Runnable work) {
    clock().enter(phase);
    try {
      work.run();
    } finally {
      clock().enter(Phase.OTHER);
    }
  }

  /** Writes and shows what a stage took, whether it was complete or stopped. */
  void endOf(String stage) {
    if (profiler == null) {
      return;
    }
    StageProfile profile = profiler.take(stage);
    stages.add(profile.toJson());
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.set("stages", stages);
    AtomicFiles.write(file, all.toPrettyString() + "\n");
    LOG.info("where the time went:\n{}", profile.toTable());
  }

  @Override
  public void close() {
    if (profiler != null) {
      profiler.close();
    }
  }
}
