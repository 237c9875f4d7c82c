package org.rsavlm.models.text;

import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role who speaks
 * @param text what is said, with {@link #IMAGE_PLACEHOLDER} where an image stands; may be empty
 */
public record Turn(Role role, String text) {

  /** What stands for an image in a turn's text. */
  public static final String IMAGE_PLACEHOLDER = "<image>";

  public Turn {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(text, "text");
  }

  /**
   * Returns a question about images: the placeholders first, separated by a space, then a line
   * break and the text, as LLaVA's evaluation writes it. A text that holds placeholders stays as it
   * is.
   *
   * @param text the question
   * @param imageCount how many images go with it; 0 leaves the text alone
   */
  public static Turn question(String text, int imageCount) {
    if (imageCount < 0) {
      throw new IllegalArgumentException("imageCount " + imageCount + " is negative");
    }
    if (imageCount == 0 || text.contains(IMAGE_PLACEHOLDER)) {
      return new Turn(Role.HUMAN, text);
    }
    String images = (IMAGE_PLACEHOLDER + " ").repeat(imageCount).strip();
    return new Turn(Role.HUMAN, images + "\n" + text);
  }
}
