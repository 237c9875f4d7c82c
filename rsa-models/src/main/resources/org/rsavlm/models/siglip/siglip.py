# SigLIP vision transformer (Hugging Face transformers: models/siglip/modeling_siglip.py).
#
# B images, P patches each, d dimensions, H heads.

def activation(x: Tensor, exact: bool) -> Tensor:
  if exact:
    return torch.gelu(x)
  return torch.gelu(x, approximate="tanh")

class Siglip(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def embed(self: __torch__.Siglip, pixels: Tensor, weight: Tensor, bias: Tensor, positions: Tensor) -> Tensor:
    # pixels [B, 3, S, S] -> [B, P, d]; a border that fills no patch is cut off.
    patch = torch.size(weight, 2)
    x = torch.conv2d(pixels, weight, bias, [patch, patch])
    x = torch.transpose(torch.flatten(x, 2), 1, 2)
    return x + positions

  def layer(self: __torch__.Siglip, x: Tensor, w: List[Tensor], heads: int, eps: float, exact: bool) -> Tensor:
    ln1_w, ln1_b, q_w, q_b, k_w, k_b, v_w, v_b, o_w, o_b, ln2_w, ln2_b, fc1_w, fc1_b, fc2_w, fc2_b = w
    b, p, d = torch.size(x)
    h = torch.layer_norm(x, [d], ln1_w, ln1_b, eps)
    a = __torch__.attention.multi_head(torch.linear(h, q_w, q_b), torch.linear(h, k_w, k_b), torch.linear(h, v_w, v_b), heads)
    x = x + torch.linear(a, o_w, o_b)
    h = torch.layer_norm(x, [d], ln2_w, ln2_b, eps)
    h = __torch__.activation(torch.linear(h, fc1_w, fc1_b), exact)
    return x + torch.linear(h, fc2_w, fc2_b)

  def norm(self: __torch__.Siglip, x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 2)], weight, bias, eps)

  def pool(self: __torch__.Siglip, x: Tensor, w: List[Tensor], heads: int, eps: float, exact: bool) -> Tensor:
    # Attention pooling: one learned query over all patches, then an MLP. [B, P, d] -> [B, d]
    probe, in_w, in_b, out_w, out_b, ln_w, ln_b, fc1_w, fc1_b, fc2_w, fc2_b = w
    b, p, d = torch.size(x)
    q = torch.linear(torch.expand(probe, [b, 1, d]), in_w[:d], in_b[:d])
    k = torch.linear(x, in_w[d:2 * d], in_b[d:2 * d])
    v = torch.linear(x, in_w[2 * d:], in_b[2 * d:])
    a = torch.linear(__torch__.attention.multi_head(q, k, v, heads), out_w, out_b)
    h = torch.layer_norm(a, [d], ln_w, ln_b, eps)
    h = __torch__.activation(torch.linear(h, fc1_w, fc1_b), exact)
    return (a + torch.linear(h, fc2_w, fc2_b))[:, 0]
