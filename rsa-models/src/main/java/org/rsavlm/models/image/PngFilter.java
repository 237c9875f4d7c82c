package org.rsavlm.models.image;

import java.io.IOException;

/** PNG's row filters, by which each byte is stored as its difference from a prediction. */
final class PngFilter {

  private PngFilter() {}

  /**
   * Restores a row.
   *
   * @param filtered the filter's number, then the stored bytes
   * @param above the restored row above, zeros at the top
   * @param row the result
   * @param step bytes a pixel
   */
  static void undo(byte[] filtered, byte[] above, byte[] row, int step) throws IOException {
    int n = row.length;
    int start = Math.min(step, n);
    System.arraycopy(filtered, 1, row, 0, n);
    switch (filtered[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = start; i < n; i++) {
          row[i] += row[i - step];
        }
      }
      case 2 -> {
        for (int i = 0; i < n; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < start; i++) {
          row[i] += (byte) ((above[i] & 0xff) >> 1);
        }
        for (int i = start; i < n; i++) {
          row[i] += (byte) ((row[i - step] & 0xff) + (above[i] & 0xff) >> 1);
        }
      }
      case 4 -> {
        for (int i = 0; i < start; i++) {
          row[i] += above[i];
        }
        for (int i = start; i < n; i++) {
          row[i] += (byte) paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
        }
      }
      default -> throw new IOException("filter " + filtered[0]);
    }
  }

  /** Of left, above and above left the one nearest to left + above - above left. */
  private static int paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }
}
