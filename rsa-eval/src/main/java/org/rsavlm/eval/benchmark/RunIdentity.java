package org.rsavlm.eval.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;

/**
 * What the answers of a run belong to, {@code run.json}: a run with another model, other data or
 * another element type must not go on with them.
 */
final class RunIdentity {

  private static final JsonMapper JSON = new JsonMapper();

  /** Of a large file this many pieces of this size, evenly spread, stand for the whole. */
  private static final int PIECES = 64;

  private static final int PIECE_BYTES = 1 << 14;

  private RunIdentity() {}

  /**
   * Describes a run.
   *
   * @param model files of the model's directory count
   * @param settings what else changes the answers, such as the element type
   */
  static ObjectNode of(Benchmark benchmark, Path model, List<Path> data, String settings) {
    ObjectNode node = JSON.createObjectNode();
    node.put("benchmark", benchmark.name());
    node.put("max_new_tokens", benchmark.maxNewTokens());
    node.put("settings", settings);
    try (Stream<Path> files = Files.list(model)) {
      node.put("model", fingerprint(files.filter(Files::isRegularFile).sorted().toList()));
    } catch (IOException e) {
      throw unreadable(model, e);
    }
    node.put("data", fingerprint(data));
    return node;
  }

  /** Writes the identity, or compares it with the one that is there. */
  static void claim(Path file, ObjectNode identity) {
    if (!Files.exists(file)) {
      AtomicFiles.write(file, identity.toPrettyString() + "\n");
      return;
    }
    JsonNode there;
    try {
      there = JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    for (Iterator<String> keys = identity.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!identity.get(key).equals(there.path(key))) {
        throw new UserException(
            file.toString(),
            "the answers there belong to another run: "
                + key
                + " is "
                + there.path(key)
                + ", now "
                + identity.get(key),
            "choose another --out, or delete this directory to start anew");
      }
    }
  }

  private static String fingerprint(List<Path> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file)) {
          digest.update((file.getFileName() + "\n" + channel.size() + "\n").getBytes("UTF-8"));
          sample(channel, digest);
        } catch (IOException e) {
          throw unreadable(file, e);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void sample(FileChannel channel, MessageDigest digest) throws IOException {
    long size = channel.size();
    boolean whole = size <= (long) PIECES * PIECE_BYTES;
    long last = Math.max(0, size - PIECE_BYTES);
    long step = whole ? PIECE_BYTES : last / (PIECES - 1);
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    for (int i = 0; i < PIECES && i * step < size; i++) {
      piece.clear();
      channel.position(i * step);
      while (piece.hasRemaining() && channel.read(piece) >= 0) {
        continue;
      }
      digest.update(piece.flip());
    }
  }

  private static UserException unreadable(Path file, IOException e) {
    return new UserException(
        file.toString(), "cannot be read: " + FileFaults.describe(e), "check the path", e);
  }
}
