package org.rsavlm.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.IndexedRows;
import org.rsavlm.models.table.RowColumns;
import org.rsavlm.models.table.parquet.PageMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of a stage as one list of samples, those of the first source first. Opening it
 * indexes the files; samples are read when asked for. Safe for many threads.
 */
public final class Mixture implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Mixture.class);

  private final List<Part> parts;
  private final int[] ends;

  private Mixture(List<Part> parts) {
    this.parts = parts;
    ends = new int[parts.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end = Math.addExact(end, parts.get(i).count());
      ends[i] = end;
    }
  }

  /**
   * Opens and indexes the files of a mixture.
   *
   * @param sources its sources; names that occur twice get a number appended
   * @param seed decides what {@code random:N} draws
   * @throws UserException if there is no source, or one can't be read
   */
  public static Mixture open(List<SampleSource> sources, long seed) {
    if (sources.isEmpty()) {
      throw new UserException("data", "no source is given", "list at least one with json_path");
    }
    List<Part> parts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    PageMemory memory = new PageMemory(); // one for all sources, however many there are
    try {
      for (SampleSource source : sources) {
        parts.add(open(named(source, names), seed, memory));
      }
      return new Mixture(List.copyOf(parts));
    } catch (RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  private static Part open(SampleSource source, long seed, PageMemory memory) {
    long start = System.nanoTime();
    RowColumns columns = source.columns().mapping();
    IndexedRows rows = source.open(columns, memory);
    long own = Permutation.mix(seed) ^ source.name().hashCode();
    Part part =
        new Part(
            source,
            columns,
            rows,
            source.sampling().count(rows.size()),
            source.sampling().select(rows.size(), own));
    LOG.info(
        "{}: {} of {} samples ({}) from {}, indexed in {} s",
        source.name(),
        part.count(),
        rows.size(),
        source.sampling(),
        source.file(),
        String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9));
    return part;
  }

  private static SampleSource named(SampleSource source, Set<String> names) {
    String name = source.name();
    for (int n = 2; !names.add(name); n++) {
      name = source.name() + "-" + n;
    }
    return source.withName(name);
  }

  /** Number of samples, after sampling. */
  public int size() {
    return ends[ends.length - 1];
  }

  /** The sources, with the names that rejections carry. */
  public List<SampleSource> sources() {
    return parts.stream().map(Part::source).toList();
  }

  /** Number of samples taken from a source of {@link #sources()}. */
  public int size(int source) {
    return parts.get(source).count();
  }

  /** Number of samples in the file of a source of {@link #sources()}. */
  public int fileSize(int source) {
    return parts.get(source).rows().size();
  }

  /**
   * Reads a sample.
   *
   * @param index from 0 to {@link #size()} - 1
   * @throws RejectedSampleException if it isn't a valid sample
   */
  public Sample sample(int index) throws RejectedSampleException {
    int part = part(index);
    Part from = parts.get(part);
    return Sample.read(from.rows(), inFile(part, index), from.source(), from.columns());
  }

  boolean hasImages(int index) {
    int part = part(index);
    return parts.get(part).rows().hasImages(inFile(part, index));
  }

  /** Index in {@link #sources()} of the source that a sample comes from. */
  int part(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(index + " is outside 0 … " + (size() - 1));
    }
    int found = Arrays.binarySearch(ends, index);
    int part = found >= 0 ? found + 1 : -found - 1;
    while (parts.get(part).count() == 0) {
      part++;
    }
    return part;
  }

  private int inFile(int part, int index) {
    int start = part == 0 ? 0 : ends[part - 1];
    return parts.get(part).selection().applyAsInt(index - start);
  }

  @Override
  public void close() {
    close(parts);
  }

  private static void close(List<Part> parts) {
    for (Part part : parts) {
      try {
        part.rows().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Part(
      SampleSource source,
      RowColumns columns,
      IndexedRows rows,
      int count,
      IntUnaryOperator selection) {}
}
