package org.rsavlm.train.data.parquet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the texts of a shard refer to an image: by the place of its bytes, its path, or both.
 *
 * @param group row group of the bytes; -1 where there is a path alone
 * @param slot of the bytes in their row group
 * @param path as the file states it; empty where it doesn't
 */
public record ImageName(int group, int slot, String path) {

  private static final Pattern FORM = Pattern.compile("(-?\\d+):(-?\\d+):(.*)", Pattern.DOTALL);

  /** An image that is a file beside the data. */
  static ImageName file(String path) {
    return new ImageName(-1, -1, path);
  }

  /** Reads what {@link #toString} wrote. */
  public static ImageName parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no image name: " + text);
    }
    return new ImageName(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3));
  }

  /** Whether the image's bytes are in the shard. */
  public boolean embedded() {
    return group >= 0;
  }

  @Override
  public String toString() {
    return group + ":" + slot + ":" + path;
  }
}
