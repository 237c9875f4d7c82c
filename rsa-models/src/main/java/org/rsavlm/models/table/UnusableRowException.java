package org.rsavlm.models.table;

import org.rsavlm.core.UserException;

/** A row that can't be used, while the rest of its file may be whole. */
public final class UnusableRowException extends UserException {

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String detail;

  /** What is wrong with a row. */
  public enum Kind {
    /** It is not JSON, or a column is missing or holds something else than is needed. */
    MALFORMED,
    /** There is no caption, or a blank one. */
    NO_CAPTION,
    /** An image file doesn't exist or can't be opened, or there are no bytes. */
    IMAGE_MISSING,
    /** An image can't be decoded. */
    IMAGE_BROKEN,
    /** An image's path leads out of the directory of images. */
    IMAGE_OUTSIDE
  }

  UnusableRowException(Kind kind, String where, String detail, String cure) {
    super(where, detail, cure);
    this.kind = kind;
    this.detail = detail;
  }

  UnusableRowException(Kind kind, String where, String detail, String cure, Throwable cause) {
    super(where, detail, cure, cause);
    this.kind = kind;
    this.detail = detail;
  }

  /** An image that could not be decoded. */
  UnusableRowException(String where, UserException broken) {
    super(where, "image " + broken.getMessage(), "or leave the row out", broken);
    kind = Kind.IMAGE_BROKEN;
    detail = "image " + broken.getMessage();
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** The fault with the actual value, without the place. */
  public String detail() {
    return detail;
  }
}
