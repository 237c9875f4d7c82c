package org.rsavlm.core.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A resource file of functions that several scripts use.
 *
 * <p>Other texts of the same script call its functions as {@code __torch__.MODULE.f(x)}; its own
 * functions call each other so too.
 *
 * @param owner the class beside which the resource lies
 * @param resource the resource's file name, such as {@code attention.py}
 * @param module what other texts call it by, such as {@code attention}
 */
public record ScriptText(Class<?> owner, String resource, String module) {

  private static final String SUFFIX = ".py";

  /** Checks the names. */
  public ScriptText {
    if (!module.matches("[a-z_][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "module "
              + module
              + " of "
              + resource
              + ": lower case letters, digits and _ can be used");
    }
  }

  /** Returns a text that others call by its file name without {@code .py}. */
  public static ScriptText of(Class<?> owner, String resource) {
    return new ScriptText(owner, resource, resource.replace(SUFFIX, ""));
  }

  /**
   * Returns the same text under another module name, so that a text which calls functions of a
   * module can be given different ones.
   */
  public ScriptText as(String otherModule) {
    return new ScriptText(owner, resource, otherModule);
  }

  /** Returns the name that errors show. */
  String name() {
    return owner.getPackageName() + "/" + resource;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it isn't there
   */
  String read() {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "no resource " + resource + " beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
