# Where vision and language meet: projector (LLaVA's mlp2x_gelu) and the joined input sequence.

class Vlm(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def project(self: __torch__.Vlm, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
    # [B, P, dv] -> [B, P, d]
    return torch.linear(torch.gelu(torch.linear(x, w1, b1)), w2, b2)

  def project_without_bias(self: __torch__.Vlm, x: Tensor, w1: Tensor, w2: Tensor) -> Tensor:
    # [B, P, dv] -> [B, P, d]
    return torch.linear(torch.gelu(torch.linear(x, w1)), w2)

  def join(self: __torch__.Vlm, text: Tensor, images: List[Tensor], positions: Tensor) -> Tensor:
    # text [T, d] with any row at image positions; images [n, d], I rows in all -> [T, d]
    return torch.index_copy(text, 0, positions, torch.cat(images, 0))
