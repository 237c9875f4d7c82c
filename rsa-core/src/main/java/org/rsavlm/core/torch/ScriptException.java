package org.rsavlm.core.torch;

/**
 * A TorchScript text that does not load, or a call that failed, with the script's name and line.
 */
public final class ScriptException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  ScriptException(String message, Throwable cause) {
    super(message, cause);
  }
}
