package org.rsavlm.train.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a data set into a directory of its own, all or nothing, and recognises a set that is
 * already there.
 *
 * <p>Files are written to a temporary sibling that is renamed when complete. The manifest holds the
 * parameters and SHA-256 checksums: a directory whose parameters agree and whose files are
 * undamaged is used again, any other set of ours is replaced, and a directory of someone else's is
 * left alone. Nothing is synced to the disk: that takes longer than making the set, and the
 * checksums show what a power cut has damaged.
 */
final class DatasetDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(DatasetDirectory.class);
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path target;
  private final ObjectNode description = MAPPER.createObjectNode();

  /**
   * Names a data set.
   *
   * @param kind what makes it, with the version of its rules: "scenes-1"
   * @param parameters a record whose components say everything that its content depends on
   */
  DatasetDirectory(Path target, String kind, Object parameters) {
    this.target = target.toAbsolutePath().normalize();
    description.put("kind", kind);
    description.set("parameters", asRead(parameters));
  }

  /** The parameters as the manifest gives them back: a long that fits an int is read as one. */
  private static JsonNode asRead(Object parameters) {
    try {
      return MAPPER.readTree(MAPPER.writeValueAsBytes(parameters));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the files of the set, after writing them if need be. */
  DemoFiles provide(Supplier<DatasetContent> content) {
    DemoFiles files = new DemoFiles(target);
    try {
      if (isPresent(files)) {
        LOG.info("{}: complete and unchanged, used again", target);
        return files;
      }
      Path parent = Objects.requireNonNull(target.getParent(), "the root can't be a data set");
      Files.createDirectories(parent);
      Path temporary =
          target.resolveSibling(
              "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
      Files.createDirectory(temporary);
      try {
        fill(new DemoFiles(temporary), content.get());
        AtomicFiles.deleteTree(target);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        AtomicFiles.deleteTree(temporary);
      }
      return files;
    } catch (IOException e) {
      throw new UserException(
          target.toString(),
          "the data set cannot be written: " + FileFaults.describe(e),
          "check free space and permissions, or choose another place",
          e);
    }
  }

  private boolean isPresent(DemoFiles files) throws IOException {
    if (!Files.exists(target)) {
      return false;
    }
    if (!Files.isRegularFile(files.manifest())) {
      if (Files.isDirectory(target)) {
        try (Stream<Path> entries = Files.list(target)) {
          if (entries.findAny().isEmpty()) {
            return false;
          }
        }
      }
      throw new UserException(
          target.toString(),
          "exists and is not a data set made here: it has no " + DemoFiles.MANIFEST,
          "name another directory, or remove this one");
    }
    JsonNode manifest = MAPPER.readTree(files.manifest().toFile());
    if (!manifest.path("kind").equals(description.get("kind"))
        || !manifest.path("parameters").equals(description.get("parameters"))) {
      LOG.info("{}: made with other parameters, written anew", target);
      return false;
    }
    if (!manifest.path("sha256").equals(checksums(files))) {
      LOG.warn("{}: files are missing or damaged, written anew", target);
      return false;
    }
    return true;
  }

  private void fill(DemoFiles files, DatasetContent content) throws IOException {
    new LlavaWriter(files.directory()).write(content);
    paint(files, "train", content.train());
    paint(files, "heldout", content.heldOut());
    ObjectNode manifest = description.deepCopy();
    manifest.put("train", content.train().size());
    manifest.put("heldout", content.heldOut().size());
    manifest.set("sha256", checksums(files));
    MAPPER.writeValue(files.manifest().toFile(), manifest);
  }

  private static void paint(DemoFiles files, String split, List<ImageCaptionPair> pairs)
      throws IOException {
    Files.createDirectories(files.images().resolve(split));
    try {
      pairs.parallelStream()
          .forEach(
              pair ->
                  writePng(
                      pair.picture().get(),
                      files.images().resolve(LlavaWriter.image(split, pair))));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void writePng(BufferedImage picture, Path file) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
      ImageWriteParam quick = writer.getDefaultWriteParam();
      quick.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quick.setCompressionQuality(0.9f); // half the time of the default, a sixth more bytes
      // A memory cache, whatever the process-wide default is: one file a picture is enough.
      try (var stream = new MemoryCacheImageOutputStream(bytes)) {
        writer.setOutput(stream);
        writer.write(null, new IIOImage(picture, null, null), quick);
      } finally {
        writer.dispose();
      }
      Files.write(file, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One checksum a JSON file, and one over the names and bytes of all pictures in order. */
  private static ObjectNode checksums(DemoFiles files) throws IOException {
    ObjectNode sums = MAPPER.createObjectNode();
    for (String json : DemoFiles.JSON) {
      Path file = files.directory().resolve(json);
      sums.put(json, Files.exists(file) ? Sha256.hex(Files.readAllBytes(file)) : "missing");
    }
    List<Path> pictures = List.of();
    if (Files.isDirectory(files.images())) {
      try (Stream<Path> tree = Files.walk(files.images())) {
        pictures = tree.filter(Files::isRegularFile).sorted().toList();
      }
    }
    List<Path> ordered = pictures;
    byte[][] parts = new byte[ordered.size()][];
    IntStream.range(0, parts.length)
        .parallel()
        .forEach(i -> parts[i] = named(files.images(), ordered.get(i)));
    MessageDigest all = Sha256.digest();
    for (byte[] part : parts) {
      all.update(part);
    }
    sums.put(DemoFiles.IMAGES, HexFormat.of().formatHex(all.digest()));
    return sums;
  }

  private static byte[] named(Path images, Path picture) {
    try {
      MessageDigest digest = Sha256.digest();
      String name = images.relativize(picture).toString().replace('\\', '/');
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      return digest.digest(Files.readAllBytes(picture));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
