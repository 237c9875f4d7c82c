package org.rsavlm.models.table.parquet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The last used of some things, up to a number of bytes. Safe for many threads. */
final class RecentlyUsed<T> {

  private final Map<Object, T> kept = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private final ToIntFunction<T> bytes;
  private final long most;
  private long total;

  RecentlyUsed(long most, ToIntFunction<T> bytes) {
    this.most = most;
    this.bytes = bytes;
  }

  synchronized @Nullable T get(Object key) {
    return kept.get(key);
  }

  /** Keeps a thing under a key, by {@code equals}, if it isn't larger than all that may be kept. */
  synchronized void put(Object key, T thing) {
    if (bytes.applyAsInt(thing) > most) {
      return;
    }
    T before = kept.put(key, thing);
    total += bytes.applyAsInt(thing) - (before == null ? 0 : bytes.applyAsInt(before));
    Iterator<T> oldest = kept.values().iterator();
    while (total > most) {
      total -= bytes.applyAsInt(oldest.next());
      oldest.remove();
    }
  }
}
