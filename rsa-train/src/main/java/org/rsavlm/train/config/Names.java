package org.rsavlm.train.config;

import java.lang.reflect.RecordComponent;
import java.util.Locale;

/** Between Java's names and the file's: {@code jsonPath} and {@code json_path}. */
final class Names {

  private Names() {}

  static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  static String ofConstant(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }
}
