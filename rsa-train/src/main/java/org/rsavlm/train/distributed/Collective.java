package org.rsavlm.train.distributed;

import java.util.Locale;

/** The kinds of collectives, for counts and messages. */
public enum Collective {
  /** All wait for all. */
  BARRIER,
  /** One rank's values on all. */
  BROADCAST,
  /** The sum on all. */
  ALL_REDUCE,
  /** To each its part of the sum. */
  REDUCE_SCATTER,
  /** All parts on all. */
  ALL_GATHER;

  /** The name in messages, such as {@code all-reduce}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
