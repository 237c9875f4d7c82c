# A Qwen2 decoder layer (Hugging Face transformers: models/qwen2/modeling_qwen2.py), in the two parts that
# nn/decoder.py asks of a family's text.
#
#   x [T, d]            hidden states of T tokens
#   w                   the layer's parameters, in the order of Qwen2Model
#   cos, sin [T, D]     rotary tables of each token's position, D = head size
# Heads: H queries, G keys and values (G divides H).

def heads_of(x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, heads: int, groups: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  # [T, d] -> queries [T, H, D], keys and values [T, G, D], rotated
  input_norm, q_w, q_b, k_w, k_b, v_w, v_b, o_w, post_norm, gate_w, up_w, down_w = w
  t = torch.size(x, 0)
  h = __torch__.norm.rms_norm(x, input_norm, eps)
  q = torch.view(torch.linear(h, q_w, q_b), [t, heads, -1])
  k = torch.view(torch.linear(h, k_w, k_b), [t, groups, -1])
  v = torch.view(torch.linear(h, v_w, v_b), [t, groups, -1])
  return (__torch__.rotary.rotate(q, cos, sin), __torch__.rotary.rotate(k, cos, sin), v)

def after_attention(x: Tensor, a: Tensor, w: List[Tensor], eps: float) -> Tensor:
  # The layer's input [T, d] and its attention [T, H D] -> its output [T, d]
  input_norm, q_w, q_b, k_w, k_b, v_w, v_b, o_w, post_norm, gate_w, up_w, down_w = w
  x = x + torch.linear(a, o_w)
  h = __torch__.norm.rms_norm(x, post_norm, eps)
  m = torch.silu(torch.linear(h, gate_w)) * torch.linear(h, up_w)
  return x + torch.linear(m, down_w)
