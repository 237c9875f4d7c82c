def apply(x: Tensor) -> Tensor:
  y = x * x
  return nosuch(y)
