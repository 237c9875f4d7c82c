package org.rsavlm.core.torch;

/** The script text {@code tensors.py}, which the classes that work on single arrays share. */
final class TensorScript {

  static final TorchScript SCRIPT = TorchScript.load(TensorScript.class, "tensors.py");

  private TensorScript() {}
}
