package org.rsavlm.models.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The constants of the VP8 format, read from a resource. */
final class Vp8Tables {

  private static final Map<String, int[]> TABLES = read();

  /** DC and AC quantiser steps by index 0 to 127. */
  static final int[] DC_STEPS = table("dc_quantizer", 128);

  static final int[] AC_STEPS = table("ac_quantizer", 128);

  /** Coefficient probabilities, [4 block types][8 bands][3 contexts][11]. */
  static final int[] COEFFICIENTS = table("coefficient_default", 4 * 8 * 3 * 11);

  /** Probabilities that a frame replaces each of these. */
  static final int[] COEFFICIENT_UPDATES = table("coefficient_update", 4 * 8 * 3 * 11);

  /** Probabilities of sub-block modes, [10 modes above][10 modes to the left][9]. */
  static final int[] SUBBLOCK_MODES = table("subblock_mode", 10 * 10 * 9);

  private Vp8Tables() {}

  private static int[] table(String name, int length) {
    int[] table = TABLES.get(name);
    if (table == null || table.length != length) {
      throw new IllegalStateException("damaged resource: table " + name);
    }
    return table;
  }

  private static Map<String, int[]> read() {
    Map<String, List<Integer>> lists = new HashMap<>();
    List<Integer> current = new ArrayList<>();
    try (InputStream in = Vp8Tables.class.getResourceAsStream("vp8-tables.txt")) {
      if (in == null) {
        throw new IllegalStateException("resource vp8-tables.txt is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
        if (Character.isLetter(line.charAt(0))) {
          current = new ArrayList<>();
          lists.put(line, current);
        } else {
          for (String number : line.split(" ")) {
            current.add(Integer.valueOf(number));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, int[]> tables = new HashMap<>();
    lists.forEach((k, v) -> tables.put(k, v.stream().mapToInt(Integer::intValue).toArray()));
    return tables;
  }
}
