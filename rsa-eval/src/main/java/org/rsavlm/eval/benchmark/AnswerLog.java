package org.rsavlm.eval.benchmark;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/**
 * The answers of a run, {@code answers.jsonl}: a line an answer, appended as it comes and synced a
 * batch at a time. A line that a kill cut off is dropped when the file is opened again.
 */
final class AnswerLog implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final FileChannel channel;
  private final Map<Long, String> answers = new HashMap<>();
  private final StringBuilder pending = new StringBuilder();

  private AnswerLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens the file of a run, made if missing, and reads the answers that are there. */
  static AnswerLog open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
      AnswerLog log = new AnswerLog(file, channel);
      try {
        if (channel.tryLock() == null) {
          throw inUse(file);
        }
        log.readBack();
        return log;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (java.nio.channels.OverlappingFileLockException e) {
      throw inUse(file);
    } catch (IOException e) {
      throw refused(file, e);
    }
  }

  private static UserException inUse(Path file) {
    return new UserException(
        file.toString(), "another run writes it", "wait for that run or choose another --out");
  }

  private void readBack() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int good = 0;
    int line = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        line++;
        read(new String(bytes, good, i - good, StandardCharsets.UTF_8), line);
        good = i + 1;
      }
    }
    channel.truncate(good);
    channel.position(good);
  }

  private void read(String text, int line) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.path("row").isIntegralNumber() && node.path("answer").isTextual()) {
        answers.put(node.get("row").longValue(), node.get("answer").textValue());
        return;
      }
    } catch (JsonProcessingException e) {
      throw damaged(line, e);
    }
    throw damaged(line, null);
  }

  private UserException damaged(int line, @Nullable Exception cause) {
    String where = file + ", line " + line;
    String cure = "delete the line to ask this question again";
    return cause == null
        ? new UserException(where, "no answer", cure)
        : new UserException(where, "not JSON", cure, cause);
  }

  /** Returns the answer to a row's question, or null if it was not asked yet. */
  @Nullable String answer(long row) {
    return answers.get(row);
  }

  /** Takes an answer; {@link #flush} writes it. */
  void add(long row, String id, String answer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("row", row).put("id", id).put("answer", answer);
    pending.append(node).append('\n');
    answers.put(row, answer);
  }

  /** Writes and syncs what was added. */
  void flush() {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(pending.toString().getBytes(StandardCharsets.UTF_8));
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(false);
      pending.setLength(0);
    } catch (IOException e) {
      throw refused(file, e);
    }
  }

  private static UserException refused(Path file, IOException e) {
    return new UserException(
        file.toString(),
        "cannot be read or written: " + FileFaults.describe(e),
        "check free space and permissions, or choose another --out",
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw refused(file, e);
    }
  }
}
