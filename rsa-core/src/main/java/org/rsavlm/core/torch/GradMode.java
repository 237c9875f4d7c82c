package org.rsavlm.core.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Sets whether the calling thread records operations for backward, until closed.
 *
 * <pre>{@code
 * try (GradMode off = GradMode.disabled()) {
 *   features = model.hiddenStates(…);
 * }
 * }</pre>
 *
 * <p>Torch keeps this setting per thread, and DJL leaves it <em>on</em> in every thread but the one
 * that started the engine. Code that trains or evaluates says what it needs with this class.
 */
public final class GradMode implements AutoCloseable {

  private final boolean before;

  private GradMode(boolean enable) {
    Engine.getEngine("PyTorch"); // the native library must be loaded
    before = JniUtils.isGradMode();
    JniUtils.setGradMode(enable);
  }

  /** Records operations on arrays that require a gradient. */
  public static GradMode enabled() {
    return new GradMode(true);
  }

  /** Records nothing; results can still be inputs of recorded operations later. */
  public static GradMode disabled() {
    return new GradMode(false);
  }

  /** Tells whether the calling thread records. */
  public static boolean isEnabled() {
    Engine.getEngine("PyTorch");
    return JniUtils.isGradMode();
  }

  /** Restores the former setting. Call it in the thread that opened this. */
  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
