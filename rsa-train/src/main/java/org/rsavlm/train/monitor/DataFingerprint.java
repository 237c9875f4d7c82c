package org.rsavlm.train.monitor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;
import org.rsavlm.core.UserException;

/**
 * Tells whether two runs saw the same data files. Small files count whole; of a large one its size
 * and evenly spread parts do, because a run must not read gigabytes to note what it was made from.
 * Pictures are not read.
 */
public final class DataFingerprint {

  private static final int PART = 1 << 20;
  private static final int PARTS = 64;

  private DataFingerprint() {}

  /**
   * Returns a fingerprint of files, which doesn't depend on their order.
   *
   * @param files the JSON files of a run
   * @return 64 hexadecimal digits
   * @throws UserException when one can't be read
   */
  public static String of(Collection<Path> files) {
    MessageDigest all = sha256();
    for (Path file : new TreeSet<>(files)) {
      try {
        all.update(String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
        all.update(one(file));
      } catch (IOException e) {
        throw new UserException(
            file.toString(), "can't be read: " + e, "check the paths of the recipe's data", e);
      }
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private static byte[] one(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
      boolean whole = size <= (long) PART * PARTS;
      long parts = whole ? (size + PART - 1) / PART : PARTS;
      ByteBuffer buffer = ByteBuffer.allocate(PART);
      for (long i = 0; i < parts; i++) {
        long start = whole ? i * PART : (size - PART) * i / (PARTS - 1);
        buffer.clear();
        while (buffer.hasRemaining() && channel.read(buffer, start + buffer.position()) >= 0) {}
        digest.update(buffer.flip());
      }
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
