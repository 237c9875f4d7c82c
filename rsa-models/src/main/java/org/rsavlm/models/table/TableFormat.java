package org.rsavlm.models.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a data file is written. */
enum TableFormat {
  PARQUET,
  JSON;

  private static final int LOOKED_AT = 4096;

  /** The format by a file's ending, or null. */
  static @Nullable TableFormat named(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".parquet")) {
      return PARQUET;
    }
    return name.endsWith(".json") || name.endsWith(".jsonl") ? JSON : null;
  }

  /** The format by a file's ending, or JSON where its first character is that of a row; or null. */
  static @Nullable TableFormat of(Path file) {
    TableFormat named = named(file);
    if (named != null) {
      return named;
    }
    try (InputStream in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(LOOKED_AT)) {
        if (b == '[' || b == '{') {
          return JSON;
        }
        if (b > ' ') {
          return null;
        }
      }
      return null;
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }
}
