package org.rsavlm.train.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shape into which AnyRes may cut an image, in tiles of the encoder's image size: {@code 2x1} is
 * two across and one down.
 *
 * @param columns tiles across, at least 1
 * @param rows tiles down, at least 1
 */
public record Grid(int columns, int rows) {

  private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,2})x([1-9]\\d{0,2})");

  /** Checks that there is a tile. */
  public Grid {
    Check.atLeast("columns", columns, 1);
    Check.atLeast("rows", rows, 1);
  }

  /** Reads {@code COLUMNSxROWS}; anything else is a {@link NumberFormatException}. */
  static Grid parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new NumberFormatException("no grid: " + text);
    }
    return new Grid(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return columns + "x" + rows;
  }
}
