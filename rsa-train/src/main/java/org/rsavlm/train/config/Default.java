package org.rsavlm.train.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a recipe key that the file leaves out, as YAML text. A component without it must be
 * given, unless its type is nullable.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {

  /**
   * The default as it would stand in the file, for instance {@code 0.03} or {@code {enabled:
   * false}}.
   *
   * @return YAML text
   */
  String value();
}
