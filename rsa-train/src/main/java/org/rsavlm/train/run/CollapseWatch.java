package org.rsavlm.train.run;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaStatistics;

/**
 * Notices when representations collapse: the RSA loss has a trivial minimum where all of them
 * coincide. Warns once a side and measure, when it falls below a share of its start.
 */
final class CollapseWatch {

  /** Below this share of the first batch's mean distance. */
  private static final double DISTANCE_SHARE = 0.1;

  /** Below this share of the first batch's effective rank. */
  private static final double RANK_SHARE = 0.2;

  private @Nullable RsaStatistics start;
  private boolean warned;

  /** A watch that begins with the next batch. */
  CollapseWatch() {}

  /** A watch that goes on: with the first batch's statistics, if there was one. */
  CollapseWatch(@Nullable RsaStatistics start, boolean warned) {
    this.start = start;
    this.warned = warned;
  }

  /** Returns the first batch's statistics; null before it. */
  @Nullable RsaStatistics start() {
    return start;
  }

  /** Tells whether the user was warned. */
  boolean warned() {
    return warned;
  }

  /** Takes a batch into account; answers what to tell the user, at most once. */
  Optional<String> add(RsaStatistics now) {
    if (start == null) {
      start = now;
      return Optional.empty();
    }
    if (warned) {
      return Optional.empty();
    }
    String what =
        fallen("mean vision distance", start.meanDistanceVision(), now.meanDistanceVision(), false)
            + fallen("mean text distance", start.meanDistanceText(), now.meanDistanceText(), false)
            + fallen(
                "effective rank of vision",
                start.effectiveRankVision(),
                now.effectiveRankVision(),
                true)
            + fallen(
                "effective rank of text", start.effectiveRankText(), now.effectiveRankText(), true);
    if (what.isEmpty()) {
      return Optional.empty();
    }
    warned = true;
    return Optional.of(
        "representations are collapsing:"
            + what
            + " since the stage began; lower rsa.lambda, set rsa.match_scale, or lower the learning"
            + " rates");
  }

  private static String fallen(String name, double before, double now, boolean rank) {
    boolean low = rank ? above(now) < RANK_SHARE * above(before) : now < DISTANCE_SHARE * before;
    return low ? String.format(Locale.ROOT, " %s fell from %.3g to %.3g", name, before, now) : "";
  }

  /**
   * A rank counts from 1, where all variance lies in one direction; it is 0 where there is none.
   */
  private static double above(double rank) {
    return Math.max(0, rank - 1);
  }
}
