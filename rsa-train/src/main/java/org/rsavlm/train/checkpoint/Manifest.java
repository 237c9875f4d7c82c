package org.rsavlm.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;

/** {@code manifest.json}: the format's version, and size and SHA-256 of every other file. */
final class Manifest {

  static final String FILE = "manifest.json";

  /** Raised when an older program could not continue from what a newer one writes. */
  static final int VERSION = 1;

  private static final int CHUNK = 1 << 20;

  private Manifest() {}

  /** Lists the files that a directory holds now. */
  static void write(Path directory) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format_version", VERSION);
    ObjectNode files = json.putObject("files");
    for (String name : files(directory)) {
      Path file = directory.resolve(name);
      files.putObject(name).put("bytes", Files.size(file)).put("sha256", sha256(file));
    }
    AtomicFiles.write(
        directory.resolve(FILE),
        new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  /**
   * Compares a directory with its manifest.
   *
   * @throws DamagedCheckpointException if a file is missing or has changed
   * @throws UserException if a newer program wrote it
   */
  static void verify(Path directory) throws DamagedCheckpointException {
    try {
      JsonNode json = new JsonMapper().readTree(Files.readString(directory.resolve(FILE)));
      JsonNode version = json.path("format_version");
      JsonNode files = json.path("files");
      if (!version.isInt() || !files.isObject() || files.isEmpty()) {
        throw new DamagedCheckpointException(directory, FILE + " is damaged");
      }
      if (version.intValue() > VERSION) {
        throw new UserException(
            directory.toString(),
            "has format version " + version + ", and this program reads " + VERSION,
            "resume with the newer program that wrote it");
      }
      for (Map.Entry<String, JsonNode> entry : files.properties()) {
        verify(directory, entry.getKey(), entry.getValue());
      }
      for (String needed : List.of(Checkpoint.STATE, Checkpoint.CONFIG)) {
        if (!files.has(needed)) {
          throw new DamagedCheckpointException(directory, FILE + " does not list " + needed);
        }
      }
    } catch (JsonProcessingException e) {
      throw new DamagedCheckpointException(directory, FILE + " is damaged");
    } catch (IOException e) {
      throw new DamagedCheckpointException(
          directory, "can't be read: " + FileFaults.describe(e) + ": " + e.getMessage());
    }
  }

  private static void verify(Path directory, String name, JsonNode wanted)
      throws IOException, DamagedCheckpointException {
    Path file = directory.resolve(name).normalize();
    if (!file.startsWith(directory.normalize()) || !Files.isRegularFile(file)) {
      throw new DamagedCheckpointException(directory, name + " is missing");
    }
    if (Files.size(file) != wanted.path("bytes").asLong(-1)) {
      throw new DamagedCheckpointException(
          directory,
          name + " has " + Files.size(file) + " bytes instead of " + wanted.path("bytes").asText());
    }
    if (!sha256(file).equals(wanted.path("sha256").asText())) {
      throw new DamagedCheckpointException(directory, name + " has another checksum");
    }
  }

  private static Set<String> files(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (Files.isRegularFile(path)) {
          names.add(directory.relativize(path).toString().replace('\\', '/'));
        }
      }
    }
    return names;
  }

  private static String sha256(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
