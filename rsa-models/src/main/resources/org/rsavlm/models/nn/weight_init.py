class WeightInit(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def constant(self: __torch__.WeightInit, x: Tensor, value: float) -> int:
    return torch.dim(torch.fill_(torch.detach(x), value))

  def normal(self: __torch__.WeightInit, x: Tensor, deviation: float) -> int:
    return torch.dim(torch.normal_(torch.detach(x), 0., deviation))

  def uniform(self: __torch__.WeightInit, x: Tensor, bound: float) -> int:
    return torch.dim(torch.uniform_(torch.detach(x), -bound, bound))
