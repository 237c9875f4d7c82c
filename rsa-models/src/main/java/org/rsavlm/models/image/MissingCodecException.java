package org.rsavlm.models.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A format cannot be read on this machine, whatever is in the file. */
final class MissingCodecException extends IOException {

  private static final long serialVersionUID = 1;

  MissingCodecException(@Nullable String message) {
    super(message);
  }
}
