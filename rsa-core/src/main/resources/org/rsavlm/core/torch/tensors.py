class Tensors(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def empty(self: __torch__.Tensors, device: Tensor, shape: List[int], dtype: int) -> Tensor:
    return torch.empty(shape, dtype=dtype, device=ops.prim.device(device))

  def zeros(self: __torch__.Tensors, device: Tensor, shape: List[int], dtype: int) -> Tensor:
    return torch.zeros(shape, dtype=dtype, device=ops.prim.device(device))

  def ones_like(self: __torch__.Tensors, x: Tensor) -> Tensor:
    return torch.ones_like(x)

  def cast(self: __torch__.Tensors, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)

  def copy_into(self: __torch__.Tensors, source: Tensor, target: Tensor) -> int:
    copied = torch.copy_(torch.detach(target), source)
    return torch.dim(copied)

  def fill(self: __torch__.Tensors, x: Tensor, value: float) -> int:
    filled = torch.fill_(torch.detach(x), value)
    return torch.dim(filled)

  def to_host(self: __torch__.Tensors, x: Tensor, dtype: int) -> Tensor:
    return torch.contiguous(torch.cpu(torch.to(torch.detach(x), dtype)))

  def item(self: __torch__.Tensors, x: Tensor) -> float:
    return float(torch.item(torch.to(torch.detach(x), 7)))

  def dtype_of(self: __torch__.Tensors, x: Tensor) -> int:
    return ops.prim.dtype(x)

  def is_contiguous(self: __torch__.Tensors, x: Tensor) -> bool:
    return torch.is_contiguous(x)

  def requires_grad(self: __torch__.Tensors, x: Tensor) -> bool:
    return ops.prim.requires_grad(x)

  def slice(self: __torch__.Tensors, x: Tensor, start: int, end: int) -> Tensor:
    return torch.narrow(torch.detach(x), 0, start, end - start)
