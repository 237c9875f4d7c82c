package org.rsavlm.models.nn;

import org.rsavlm.core.torch.ScriptText;

/** The numerical texts that model families share, for {@code TorchScript.load}. */
public final class SharedScripts {

  /** {@code norm.rms_norm}. */
  public static final ScriptText NORM = ScriptText.of(SharedScripts.class, "norm.py");

  /** {@code rotary.tables} and {@code rotary.rotate}. */
  public static final ScriptText ROTARY = ScriptText.of(SharedScripts.class, "rotary.py");

  /**
   * {@code attention.multi_head}, where every query sees every key, and {@code
   * attention.causal_on_grids}, for packed sequences, with what both are made of.
   */
  public static final ScriptText ATTENTION = ScriptText.of(SharedScripts.class, "attention.py");

  private SharedScripts() {}
}
