package org.rsavlm.eval.features;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.Quote;

/**
 * The header of an array in NumPy's format: magic, version, length, and a Python dictionary with
 * {@code descr}, {@code fortran_order} and {@code shape}. Pickled objects are never read.
 *
 * <p>Source: numpy.lib.format, versions 1.0 to 3.0.
 *
 * @param layout what the array is
 * @param dataStart place of its first byte
 */
record NpyHeader(FeatureStore.Layout layout, long dataStart) {
  /** As NumPy's own limit. */
  private static final int MAX_LENGTH = 10_000;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*'(descr|fortran_order|shape)'\\s*:\\s*('[^']*'|True|False|\\([0-9,\\s]*\\))\\s*");
  private static final Pattern FLOAT = Pattern.compile("'([<>=])f([248])'");

  /**
   * Reads a header.
   *
   * @param where named in errors
   * @param in at the start of the array; left at its first value
   * @throws UserException if it isn't the header of an array of features
   */
  static NpyHeader read(String where, InputStream in) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw damaged(where, "not an array in NumPy's format");
    }
    if (start[6] < 1 || start[6] > 3) {
      throw damaged(where, "version " + start[6] + " of NumPy's format; 1 to 3 are known");
    }
    byte[] size = in.readNBytes(start[6] == 1 ? 2 : 4);
    long length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = length << 8 | size[i] & 0xff;
    }
    if (length > MAX_LENGTH) {
      throw damaged(where, "a header of " + length + " bytes; at most " + MAX_LENGTH);
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw new EOFException("the file ends within its header");
    }
    Map<String, String> entries = parse(where, new String(text, StandardCharsets.UTF_8));
    if (!"False".equals(entries.get("fortran_order"))) {
      throw new UserException(
          where,
          "columns are stored first (fortran_order)",
          "save numpy.ascontiguousarray(features)");
    }
    long dataStart = start.length + size.length + length;
    return new NpyHeader(layout(where, entries), dataStart);
  }

  private static Map<String, String> parse(String where, String header) {
    String text = header.strip();
    Map<String, String> entries = new HashMap<>();
    boolean whole = text.startsWith("{") && text.endsWith("}") && text.length() > 1;
    if (whole) {
      Matcher matcher = ENTRY.matcher(text).region(1, text.length() - 1);
      while (matcher.lookingAt()) {
        whole &= entries.put(matcher.group(1), matcher.group(2)) == null;
        int next = matcher.end();
        if (next < text.length() - 1 && text.charAt(next) == ',') {
          next++;
        }
        matcher.region(next, text.length() - 1);
      }
      whole &= text.substring(matcher.regionStart(), text.length() - 1).isBlank();
    }
    if (!whole || entries.size() != 3) {
      throw new UserException(
          where,
          "a header that is not that of a plain array: " + Quote.of(text),
          "save the features as one floating-point array");
    }
    return entries;
  }

  private static FeatureStore.Layout layout(String where, Map<String, String> entries) {
    String descr = entries.getOrDefault("descr", "");
    Matcher matcher = FLOAT.matcher(descr);
    if (!matcher.matches()) {
      throw new UserException(
          where,
          "elements of type " + Quote.of(descr.replace("'", "")),
          "save the features as float32, float64 or float16");
    }
    ByteOrder order = matcher.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    FeatureDtype type =
        switch (matcher.group(2)) {
          case "8" -> FeatureDtype.F64;
          case "4" -> FeatureDtype.F32;
          default -> FeatureDtype.F16;
        };
    String inside = entries.getOrDefault("shape", "").replaceAll("[()\\s]", "");
    try {
      long[] shape =
          Arrays.stream(inside.split(","))
              .filter(number -> !number.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      FeatureStore.Layout layout = new FeatureStore.Layout(type, order, shape);
      Math.addExact(layout.bytes(), 2 * MAX_LENGTH);
      return layout;
    } catch (NumberFormatException | ArithmeticException e) {
      throw damaged(where, "a shape beyond all bounds: " + Quote.of(inside));
    }
  }

  /** Fails unless the array fills what holds it. */
  void checkSize(String where, long size) {
    long needed = dataStart + layout.bytes();
    if (size != needed) {
      throw damaged(
          where,
          String.format(
              "shape %s needs %d bytes, %d are there",
              Arrays.toString(layout.shape()), needed, size));
    }
  }

  /** Returns the fault of a file that is not what its name promises. */
  static UserException damaged(String where, String what) {
    return new UserException(where, what, "the file is damaged or incomplete: write it again");
  }
}
