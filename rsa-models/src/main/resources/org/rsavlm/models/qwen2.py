# Qwen2 decoder (Hugging Face transformers: models/qwen2/modeling_qwen2.py).
#
# Packed: the tokens of B samples lie one after the other, T in all, without padding.
#   x [T, d]            hidden states
#   cos, sin [T, D]     rotary tables of each token's position, D = head size
#   source [B L]        token that fills each slot of the padded [B, L] grid (any token in a pad slot)
#   slots [T]           slot of each token
#   window              tokens that a token sees, itself included; 0 for all before it
# Heads: H queries, G keys and values (G divides H). Samples never attend to each other.

def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  # x [T, heads, D]; the halves are paired (i, i + D/2), as in Hugging Face's rotate_half.
  half = torch.size(x, 2) // 2
  turned = torch.cat([-x[:, :, half:], x[:, :, :half]], 2)
  return x * torch.unsqueeze(cos, 1) + turned * torch.unsqueeze(sin, 1)

def to_grid(x: Tensor, source: Tensor, batch: int, length: int) -> Tensor:
  # [T, heads, D] -> [B, heads, L, D]
  if batch * length != torch.size(x, 0):
    x = torch.index_select(x, 0, source)
  return torch.transpose(torch.view(x, [batch, length, torch.size(x, 1), torch.size(x, 2)]), 1, 2)

def repeat_heads(x: Tensor, times: int) -> Tensor:
  # [B, G, L, D] -> [B, G times, L, D], each head repeated in place.
  if times == 1:
    return x
  b, g, l, d = torch.size(x)
  wide = torch.expand(torch.unsqueeze(x, 2), [b, g, times, l, d])
  return torch.reshape(wide, [b, g * times, l, d])

def attention(q: Tensor, k: Tensor, v: Tensor, source: Tensor, slots: Tensor, batch: int, length: int, window: int) -> Tensor:
  times = torch.size(q, 1) // torch.size(k, 1)
  gq = __torch__.to_grid(q, source, batch, length)
  gk = __torch__.repeat_heads(__torch__.to_grid(k, source, batch, length), times)
  gv = __torch__.repeat_heads(__torch__.to_grid(v, source, batch, length), times)
  # Padding is on the right: with a causal mask no token sees it.
  if window > 0 and window < length:
    at = torch.arange(length, device=ops.prim.device(q))
    back = torch.unsqueeze(at, 1) - torch.unsqueeze(at, 0)
    near = torch.logical_and(torch.ge(back, 0), torch.lt(back, window))
    out = torch.scaled_dot_product_attention(gq, gk, gv, near)
  else:
    out = torch.scaled_dot_product_attention(gq, gk, gv, None, 0., True)
  out = torch.reshape(torch.transpose(out, 1, 2), [batch * length, -1])
  if batch * length != torch.size(q, 0):
    out = torch.index_select(out, 0, slots)
  return out

class Qwen2(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def rotary(self: __torch__.Qwen2, positions: Tensor, frequency: Tensor, scale: float, dtype: int) -> Tuple[Tensor, Tensor]:
    # frequency [D/2]. Angles in float64: in float32 they are off by 2e-3 at position 32,000.
    angle = torch.outer(torch.to(positions, 7), frequency)
    angle = torch.cat([angle, angle], 1)
    return (torch.to(torch.cos(angle) * scale, dtype), torch.to(torch.sin(angle) * scale, dtype))

  def embed(self: __torch__.Qwen2, ids: Tensor, weight: Tensor) -> Tensor:
    return torch.embedding(weight, ids)

  def layer(self: __torch__.Qwen2, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, source: Tensor, slots: Tensor, batch: int, length: int, heads: int, groups: int, window: int, eps: float) -> Tensor:
    input_norm, q_w, q_b, k_w, k_b, v_w, v_b, o_w, post_norm, gate_w, up_w, down_w = w
    t, d = torch.size(x)
    h = torch.rms_norm(x, [d], input_norm, eps)
    q = torch.view(torch.linear(h, q_w, q_b), [t, heads, -1])
    k = torch.view(torch.linear(h, k_w, k_b), [t, groups, -1])
    v = torch.view(torch.linear(h, v_w, v_b), [t, groups, -1])
    q = __torch__.rotate(q, cos, sin)
    k = __torch__.rotate(k, cos, sin)
    a = __torch__.attention(q, k, v, source, slots, batch, length, window)
    x = x + torch.linear(a, o_w)
    h = torch.rms_norm(x, [d], post_norm, eps)
    m = torch.silu(torch.linear(h, gate_w)) * torch.linear(h, up_w)
    return x + torch.linear(m, down_w)

  def norm(self: __torch__.Qwen2, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return torch.rms_norm(x, [torch.size(x, 1)], weight, eps)

  def logits(self: __torch__.Qwen2, x: Tensor, head: Tensor) -> Tensor:
    return torch.linear(x, head)

  def head_loss(self: __torch__.Qwen2, hidden: Tensor, positions: Tensor, labels: Tensor, head: Tensor, scale: float, chunk: int, hidden_gradient: bool, head_gradient: bool) -> Tuple[Tensor, Tensor, Tensor]:
    # Cross-entropy at the supervised positions only, with its gradient in closed form: in chunks,
    # so that no [T, vocabulary] array exists. Returns the sum of the losses (float32 or wider), the
    # gradient of scale times that sum by hidden [T, d], and by head [V, d] (each empty if unwanted).
    wide = 7 if ops.prim.dtype(hidden) == 7 else 6
    dtype = ops.prim.dtype(hidden)
    total = torch.zeros([], dtype=wide, device=ops.prim.device(hidden))
    nothing = torch.empty([0], dtype=dtype, device=ops.prim.device(hidden))
    by_hidden = nothing
    if hidden_gradient:
      by_hidden = torch.zeros_like(hidden)
    by_head = nothing
    if head_gradient:
      by_head = torch.zeros_like(head)
    count = torch.size(positions, 0)
    start = 0
    while start < count:
      end = ops.prim.min(start + chunk, count)
      at = positions[start:end]
      label = torch.unsqueeze(labels[start:end], 1)
      h = torch.index_select(hidden, 0, at)
      scores = torch.log_softmax(torch.matmul(h, torch.t(head)), 1, dtype=wide)
      total = total - torch.sum(torch.gather(scores, 1, label))
      if hidden_gradient or head_gradient:
        p = torch.exp_(scores)
        minus = torch.full([end - start, 1], -1., dtype=wide, device=ops.prim.device(hidden))
        p = torch.scatter_add_(p, 1, label, minus)
        p = torch.to(torch.mul_(p, scale), dtype)
        if hidden_gradient:
          by_hidden = torch.index_add_(by_hidden, 0, at, torch.matmul(p, head))
        if head_gradient:
          by_head = torch.addmm_(by_head, torch.t(p), h)
      start = end
    return (total, by_hidden, by_head)

  def unpack(self: __torch__.Qwen2, x: Tensor, slots: Tensor, batch: int, length: int) -> Tensor:
    # [T, V] -> [B, L, V], 0 at padding.
    grid = torch.zeros([batch * length, torch.size(x, 1)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    return torch.view(torch.index_copy(grid, 0, slots, x), [batch, length, -1])
