package org.rsavlm.models.table.parquet;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What pages may take of the heap: those that are being read, by all threads together; the last
 * ones, which are kept for readers that go through a file in order; and where values lie in pages.
 * Safe for many threads.
 */
public final class PageMemory {

  private static final int READING_SHARE = 8;
  private static final int KEPT_SHARE = 16;
  private static final int UNIT = 1 << 10;

  private final int units;
  private final Semaphore reading;
  private final RecentlyUsed<byte[]> pages;
  private final RecentlyUsed<PagePlaces> places;

  /** Takes an eighth of the heap for reading and a sixteenth for either kind of what is kept. */
  public PageMemory() {
    this(
        Runtime.getRuntime().maxMemory() / READING_SHARE,
        Runtime.getRuntime().maxMemory() / KEPT_SHARE);
  }

  /**
   * States the bounds.
   *
   * @param readingBytes of pages that are being read at a time; a larger page is read alone
   * @param keptBytes of pages that are kept, and as much again for the places of values
   */
  PageMemory(long readingBytes, long keptBytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, readingBytes / UNIT));
    reading = new Semaphore(units, /* fair= */ true);
    pages = new RecentlyUsed<>(keptBytes, page -> page.length);
    places = new RecentlyUsed<>(keptBytes, PagePlaces::bytes);
  }

  /** Work on a page. */
  @FunctionalInterface
  interface Work<T> {

    T call() throws IOException;
  }

  /**
   * Does work that needs memory, when there is room for it.
   *
   * @param bytes that it needs
   */
  <T> T within(long bytes, Work<T> work) throws IOException {
    int needed = (int) Math.min(units, bytes / UNIT + 1);
    reading.acquireUninterruptibly(needed);
    try {
      return work.call();
    } finally {
      reading.release(needed);
    }
  }

  /**
   * A page's content, kept from before or read now. Two threads that want the same page at once may
   * both read it.
   *
   * @param key of the page, by {@code equals}
   */
  byte[] page(Object key, Work<byte[]> read) throws IOException {
    byte @Nullable [] found = pages.get(key);
    if (found != null) {
      return found;
    }
    byte[] content = read.call();
    pages.put(key, content);
    return content;
  }

  /** Where the values of pages lie, by the keys of the pages. */
  RecentlyUsed<PagePlaces> places() {
    return places;
  }
}
