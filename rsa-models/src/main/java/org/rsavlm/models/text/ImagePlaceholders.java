package org.rsavlm.models.text;

import static org.rsavlm.models.text.Turn.IMAGE_PLACEHOLDER;

import java.util.List;
import org.rsavlm.core.UserException;

/** What LLaVA's {@code preprocess_multimodal} does to a sample's turns, and the count it lacks. */
final class ImagePlaceholders {

  private ImagePlaceholders() {}

  /** Moves a lone placeholder to the front of its turn; text-only samples stay as they are. */
  static List<Turn> prepare(List<Turn> turns, int imageCount) {
    if (imageCount < 0) {
      throw new IllegalArgumentException("imageCount " + imageCount + " is negative");
    }
    if (imageCount == 0) {
      return turns;
    }
    return turns.stream().map(t -> new Turn(t.role(), loneToFront(t.text()))).toList();
  }

  private static String loneToFront(String text) {
    if (text.startsWith(IMAGE_PLACEHOLDER) || count(text) != 1) {
      return text;
    }
    String rest = strip(text.replace(IMAGE_PLACEHOLDER, ""));
    return strip(IMAGE_PLACEHOLDER + "\n" + rest);
  }

  static int count(String text) {
    int count = 0;
    for (int at = text.indexOf(IMAGE_PLACEHOLDER); at >= 0; count++) {
      at = text.indexOf(IMAGE_PLACEHOLDER, at + IMAGE_PLACEHOLDER.length());
    }
    return count;
  }

  /** Refuses a sample whose placeholders don't match its images. */
  static void check(int placeholders, int imageCount) {
    if (placeholders != imageCount) {
      throw new UserException(
          "conversations",
          placeholders + " " + IMAGE_PLACEHOLDER + " for " + imageCount + " image(s)",
          "write one " + IMAGE_PLACEHOLDER + " for each image");
    }
  }

  /** Python's {@code str.strip()}, whose idea of white space is wider than Java's. */
  private static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
