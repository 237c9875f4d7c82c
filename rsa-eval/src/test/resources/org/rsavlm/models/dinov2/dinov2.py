# DINOv2 vision transformer (Hugging Face transformers: models/dinov2/modeling_dinov2.py).
#
# B images, P patches and a class token each, d dimensions, H heads.

class Dinov2(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def embed(self: __torch__.Dinov2, pixels: Tensor, weight: Tensor, bias: Tensor, cls: Tensor, positions: Tensor) -> Tensor:
    # pixels [B, 3, S, S] -> [B, 1 + P, d], the class token first
    patch = torch.size(weight, 2)
    x = torch.transpose(torch.flatten(torch.conv2d(pixels, weight, bias, [patch, patch]), 2), 1, 2)
    x = torch.cat([torch.expand(cls, [torch.size(x, 0), 1, torch.size(x, 2)]), x], 1)
    return x + positions

  def layer(self: __torch__.Dinov2, x: Tensor, w: List[Tensor], heads: int, eps: float) -> Tensor:
    ln1_w, ln1_b, q_w, q_b, k_w, k_b, v_w, v_b, o_w, o_b, scale1, ln2_w, ln2_b, fc1_w, fc1_b, fc2_w, fc2_b, scale2 = w
    d = torch.size(x, 2)
    h = torch.layer_norm(x, [d], ln1_w, ln1_b, eps)
    a = __torch__.attention.multi_head(torch.linear(h, q_w, q_b), torch.linear(h, k_w, k_b), torch.linear(h, v_w, v_b), heads)
    x = x + torch.linear(a, o_w, o_b) * scale1
    h = torch.layer_norm(x, [d], ln2_w, ln2_b, eps)
    return x + torch.linear(torch.gelu(torch.linear(h, fc1_w, fc1_b)), fc2_w, fc2_b) * scale2
