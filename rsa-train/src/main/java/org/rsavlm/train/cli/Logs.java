package org.rsavlm.train.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** Sets how much is logged. */
final class Logs {

  private Logs() {}

  static void level(boolean verbose) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("org.rsavlm").setLevel(verbose ? Level.DEBUG : Level.INFO);
      context.getLogger("ai.djl").setLevel(verbose ? Level.INFO : Level.WARN);
    }
  }
}
