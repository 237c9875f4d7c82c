class TensorCopy(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # [...] -> [n], an alias if x is contiguous
  def flatten(self: __torch__.TensorCopy, x: Tensor) -> Tensor:
    return torch.view(torch.contiguous(torch.detach(x)), [-1])

  # target[first:first + count] = chunk[:count], cast and moved
  def scatter(self: __torch__.TensorCopy, chunk: Tensor, target: Tensor, first: int, count: int) -> int:
    flat = torch.view(torch.detach(target), [-1])
    copied = torch.copy_(torch.narrow(flat, 0, first, count), torch.narrow(chunk, 0, 0, count))
    return torch.dim(copied)

  # chunk[:count] = flat[first:first + count], cast and moved
  def gather(self: __torch__.TensorCopy, flat: Tensor, chunk: Tensor, first: int, count: int) -> int:
    copied = torch.copy_(torch.narrow(chunk, 0, 0, count), torch.narrow(flat, 0, first, count))
    return torch.dim(copied)
