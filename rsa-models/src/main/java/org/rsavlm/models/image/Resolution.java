package org.rsavlm.models.image;

/**
 * A canvas that AnyRes may lay an image on.
 *
 * @param width width in pixels
 * @param height height in pixels
 */
public record Resolution(int width, int height) {

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
