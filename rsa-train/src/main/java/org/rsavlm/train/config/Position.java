package org.rsavlm.train.config;

/**
 * Where a value was written.
 *
 * @param source the file as the user named it, or the option
 * @param line counted from 1; 0 where the source has no lines
 */
record Position(String source, int line) {

  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
