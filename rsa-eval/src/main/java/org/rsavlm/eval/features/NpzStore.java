package org.rsavlm.eval.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.Quote;

/**
 * An array of a .npz file, a ZIP archive of .npy files, compressed or not. Reading in ascending
 * order goes through the entry once.
 */
final class NpzStore implements FeatureStore {
  private static final String SUFFIX = ".npy";

  /** Deflate's best is 1032 : 1; an entry that claims more is not an honest one. */
  private static final long BEST_RATIO = 1040;

  private final String where;
  private final ZipFile zip;
  private final ZipEntry entry;
  private final NpyHeader header;
  private final byte[] bytes = new byte[1 << 16];
  private @Nullable InputStream in;
  private long position;

  private NpzStore(Path file, ZipFile zip, String name) throws IOException {
    this.zip = zip;
    List<String> names =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(entryName -> entryName.endsWith(SUFFIX))
            .map(entryName -> entryName.substring(0, entryName.length() - SUFFIX.length()))
            .toList();
    String chosen = name.isEmpty() ? ArrayNames.only(file, names) : name;
    ZipEntry found = zip.getEntry(chosen + SUFFIX);
    if (found == null) {
      throw new UserException(
          file.toString(),
          "no array " + Quote.of(chosen) + " in it, but " + ArrayNames.sample(names),
          "choose one with FILE#NAME");
    }
    entry = found;
    where = file + "#" + Quote.of(chosen);
    if (entry.getSize() / BEST_RATIO > entry.getCompressedSize()
        || entry.getCompressedSize() > Files.size(file)) {
      throw NpyHeader.damaged(
          where,
          entry.getSize() + " bytes can't come from " + entry.getCompressedSize() + " in the file");
    }
    try (InputStream start = zip.getInputStream(entry)) {
      header = NpyHeader.read(where, start);
    }
    header.checkSize(where, entry.getSize());
  }

  static NpzStore open(Path file, String name) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException(
          file.toString(), "not a regular file", "give the path of a .npz file");
    }
    ZipFile zip = null;
    try {
      zip = new ZipFile(file.toFile());
      NpzStore store = new NpzStore(file, zip, name);
      zip = null;
      return store;
    } catch (IOException e) {
      throw NpyStore.unreadable(file.toString(), e);
    } finally {
      if (zip != null) {
        close(file.toString(), zip);
      }
    }
  }

  @Override
  public Layout layout() {
    return header.layout();
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    try {
      InputStream stream = at(header.dataStart() + offset);
      while (target.hasRemaining()) {
        int count = stream.read(bytes, 0, Math.min(bytes.length, target.remaining()));
        if (count < 0) {
          throw NpyHeader.damaged(where, "the entry ends early");
        }
        target.put(bytes, 0, count);
        position += count;
      }
    } catch (IOException e) {
      throw NpyStore.unreadable(where, e);
    }
  }

  private InputStream at(long wanted) throws IOException {
    InputStream stream = in;
    if (stream == null || wanted < position) {
      if (stream != null) {
        stream.close();
      }
      stream = zip.getInputStream(entry);
      in = stream;
      position = 0;
    }
    stream.skipNBytes(wanted - position);
    position = wanted;
    return stream;
  }

  @Override
  public void close() {
    close(where, zip);
  }

  private static void close(String where, ZipFile zip) {
    try {
      zip.close(); // closes the entry's stream too
    } catch (IOException e) {
      throw NpyStore.unreadable(where, e);
    }
  }
}
