package org.rsavlm.train.distributed;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a rank has handed to collectives, so that a plan can be compared with a run.
 *
 * <p>Bytes are those of the whole array of a collective: of {@code whole} for reduce-scatter and
 * all-gather. A ring moves {@code (world - 1) / world} of them over each link, all-reduce and
 * broadcast up to twice as much. Small values on the host are counted like arrays.
 *
 * @param calls the number of collectives by kind
 * @param bytes their bytes by kind
 */
public record Traffic(Map<Collective, Long> calls, Map<Collective, Long> bytes) {

  /** Copies both maps. */
  public Traffic {
    calls = Map.copyOf(calls);
    bytes = Map.copyOf(bytes);
  }

  /** Returns the collectives of a kind. */
  public long calls(Collective kind) {
    return calls.getOrDefault(kind, 0L);
  }

  /** Returns the bytes of a kind. */
  public long bytes(Collective kind) {
    return bytes.getOrDefault(kind, 0L);
  }

  /** Adds up. */
  static final class Counter {
    private final Map<Collective, Long> calls = new EnumMap<>(Collective.class);
    private final Map<Collective, Long> bytes = new EnumMap<>(Collective.class);

    synchronized void add(Collective kind, long size) {
      calls.merge(kind, 1L, Long::sum);
      bytes.merge(kind, size, Long::sum);
    }

    synchronized Traffic now() {
      return new Traffic(calls, bytes);
    }
  }
}
