package org.rsavlm.core.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs script text into the zip archive that {@code torch::jit::load} reads.
 *
 * <p>The archive holds a module without tensors: its state is a pickled object of the script's
 * class with the one attribute {@code training}.
 */
final class ScriptArchive {

  private ScriptArchive() {}

  /**
   * Returns the archive of one script.
   *
   * @param className the class that the text defines
   * @param text TorchScript source
   * @param modules source of other modules by name, whose functions are {@code __torch__.NAME.f}
   */
  static byte[] pack(String className, String text, Map<String, String> modules) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 1024);
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      add(zip, "data.pkl", modulePickle(className));
      add(zip, "code/__torch__.py", text.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, String> module : modules.entrySet()) {
        add(
            zip,
            "code/__torch__/" + module.getKey() + ".py",
            module.getValue().getBytes(StandardCharsets.UTF_8));
      }
      // An empty tuple: PROTO 2, EMPTY_TUPLE, STOP.
      add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      // The newest operator schemas: an older number makes libtorch hide newer arguments.
      add(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
      add(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a stream in memory does not fail
    }
    return bytes.toByteArray();
  }

  private static byte[] modulePickle(String className) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80); // PROTO 2
    out.write(2);
    write(out, "c__torch__\n" + className + "\n"); // GLOBAL
    write(out, ")\u0081"); // EMPTY_TUPLE, NEWOBJ
    write(out, "}("); // EMPTY_DICT, MARK
    out.write('X'); // BINUNICODE with a four-byte length
    byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(key.length >> shift);
    }
    out.writeBytes(key);
    write(out, "\u0088ub."); // NEWTRUE, SETITEMS, BUILD, STOP
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String latin1) {
    out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("script/" + name);
    entry.setTime(0);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
