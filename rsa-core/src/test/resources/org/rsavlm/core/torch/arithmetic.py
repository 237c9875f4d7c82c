# Functions for TorchScriptTest; errors must name these lines.

def product(x: Tensor, w: Tensor) -> Tensor:
  # Two
  # lines of comment.
  return x * w

def affine(x: Tensor, w: Tensor) -> Tensor:
  return __torch__.arithmetic.product(x, w) + 1
