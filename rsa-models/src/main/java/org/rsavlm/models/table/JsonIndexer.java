package org.rsavlm.models.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.rsavlm.core.UserException;

/**
 * Finds the samples of a JSON array or of JSON lines in one pass over the bytes, without parsing
 * them. Which of the two a file is, its first character decides, not its name.
 *
 * <p>A sample that isn't valid JSON is found here all the same, and rejected when it is read. Only
 * a file whose array structure is broken, such as one cut short by a download, is an error here.
 */
final class JsonIndexer {

  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final JsonIndex index = new JsonIndex();

  private int line = 1;
  private long start = -1;
  private long last = -1;
  private int startLine;

  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean closed;
  private boolean afterComma;

  private JsonIndexer(Path file) {
    this.file = file;
  }

  /**
   * Indexes a file.
   *
   * @throws UserException if the file can't be read, holds no sample, or is a damaged array
   */
  static JsonIndex index(Path file) {
    JsonIndexer indexer = new JsonIndexer(file);
    try (InputStream in = Files.newInputStream(file)) {
      indexer.scan(in);
    } catch (NoSuchFileException e) {
      throw new UserException(
          file.toString(),
          "no such file",
          "check json_path and the directory it is relative to",
          e);
    } catch (IOException e) {
      throw new UserException(file.toString(), "can't be read: " + e, "check the file", e);
    }
    if (indexer.index.size() == 0) {
      throw new UserException(
          file.toString(),
          "holds no samples",
          "expected a JSON array of samples, or one sample a line");
    }
    return indexer.index;
  }

  private void scan(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long base = 0;
    int kind = -1;
    for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
      int from = base == 0 ? byteOrderMark(buffer, n) : 0;
      if (kind < 0) {
        while (from < n && isSpace(buffer[from])) {
          line += buffer[from++] == '\n' ? 1 : 0;
        }
        if (from == n) {
          base += n;
          continue;
        }
        kind = buffer[from];
      }
      if (kind == '[') {
        scanArray(buffer, from, n, base);
      } else {
        scanLines(buffer, from, n, base);
      }
      base += n;
    }
    if (kind == '[' && !closed) {
      throw damaged(
          start < 0 ? line : startLine,
          "the JSON array has no end; the sample that starts here is incomplete");
    }
    if (kind != '[') {
      endLine();
    }
  }

  private void scanLines(byte[] buffer, int from, int to, long base) {
    for (int i = from; i < to; i++) {
      byte b = buffer[i];
      if (b == '\n') {
        endLine();
        line++;
      } else if (!isSpace(b)) {
        if (start < 0) {
          start = base + i;
          startLine = line;
        }
        last = base + i;
      }
    }
  }

  private void endLine() {
    if (start >= 0) {
      add(last + 1);
    }
  }

  private void scanArray(byte[] buffer, int from, int to, long base) {
    for (int i = from; i < to; i++) {
      byte b = buffer[i];
      if (b == '\n') {
        line++;
      }
      if (inString) {
        if (escaped) {
          escaped = false;
        } else if (b == '\\') {
          escaped = true;
        } else if (b == '"') {
          inString = false;
        }
      } else if (!isSpace(b)) {
        structure(b, base + i);
      }
    }
  }

  /** One character of an array outside strings. */
  private void structure(byte b, long position) {
    if (closed) {
      throw damaged(line, "more text after the end of the JSON array");
    }
    if (depth == 1 && (b == ',' || b == ']')) {
      if (start >= 0) {
        add(position);
      } else if (b == ',' || afterComma) {
        throw damaged(line, "a comma without a sample before it or after it");
      }
      afterComma = b == ',';
    } else if (depth >= 1 && start < 0) {
      start = position;
      startLine = line;
    }
    if (b == '"') {
      inString = true;
    } else if (b == '{' || b == '[') {
      depth++;
    } else if (b == '}' || b == ']') {
      depth--;
      closed = depth == 0;
    }
  }

  private void add(long end) {
    long length = end - start;
    if (length > Integer.MAX_VALUE - 8) {
      throw damaged(startLine, "a sample of " + length + " bytes");
    }
    index.add(start, (int) length, startLine);
    start = -1;
  }

  private UserException damaged(int atLine, String what) {
    return new UserException(
        file + ":" + atLine, what, "fetch or write the file again, it is damaged");
  }

  private static int byteOrderMark(byte[] buffer, int n) {
    return n >= 3
            && buffer[0] == (byte) 0xEF
            && buffer[1] == (byte) 0xBB
            && buffer[2] == (byte) 0xBF
        ? 3
        : 0;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
