# Qwen2 decoder (Hugging Face transformers: models/qwen2/modeling_qwen2.py).
#
# Packed: the tokens of B samples lie one after the other, T in all, without padding.
#   x [T, d]            hidden states
#   cos, sin [T, D]     rotary tables of each token's position, D = head size
#   source [B L]        token that fills each slot of a padded [B, L] grid (any token in a pad slot)
#   slots [T]           slot of each token, counted through all grids
#   window              tokens that a token sees, itself included; 0 for all before it
# Heads: H queries, G keys and values (G divides H). Samples never attend to each other.

def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
  # In float32 at least, but rounded before the weight as Hugging Face does: a bfloat16 run then rounds
  # where its run does. (torch.rms_norm rounds after the weight.)
  y = torch.to(x, 7 if ops.prim.dtype(x) == 7 else 6)
  y = y * torch.rsqrt(torch.mean(torch.pow(y, 2), [-1], True) + eps)
  return weight * torch.to(y, ops.prim.dtype(x))

def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  # x [T, heads, D]; the halves are paired (i, i + D/2), as in Hugging Face's rotate_half.
  half = torch.size(x, 2) // 2
  turned = torch.cat([-x[:, :, half:], x[:, :, :half]], 2)
  return x * torch.unsqueeze(cos, 1) + turned * torch.unsqueeze(sin, 1)

def shaped(x: Tensor, batch: int, length: int) -> Tensor:
  # [B L, heads, D] -> [B, heads, L, D]
  return torch.transpose(torch.view(x, [batch, length, torch.size(x, 1), torch.size(x, 2)]), 1, 2)

def to_grid(x: Tensor, source: Tensor, batch: int, length: int) -> Tensor:
  # [T, heads, D] of all samples -> [B, heads, L, D]
  if batch * length != torch.size(x, 0):
    x = torch.index_select(x, 0, source)
  return __torch__.shaped(x, batch, length)

def repeat_heads(x: Tensor, times: int) -> Tensor:
  # [B, G, L, D] -> [B, G times, L, D], each head repeated in place.
  if times == 1:
    return x
  b, g, l, d = torch.size(x)
  wide = torch.expand(torch.unsqueeze(x, 2), [b, g, times, l, d])
  return torch.reshape(wide, [b, g * times, l, d])

def attend(gq: Tensor, gk: Tensor, gv: Tensor, window: int) -> Tensor:
  # [B, H, L, D], keys and values [B, G, L, D] -> [B L, H D]
  b, h, length, d = torch.size(gq)
  times = h // torch.size(gk, 1)
  gk = __torch__.repeat_heads(gk, times)
  gv = __torch__.repeat_heads(gv, times)
  # Padding is on the right: with a causal mask no token sees it.
  if window > 0 and window < length:
    at = torch.arange(length, device=ops.prim.device(gq))
    back = torch.unsqueeze(at, 1) - torch.unsqueeze(at, 0)
    near = torch.logical_and(torch.ge(back, 0), torch.lt(back, window))
    out = torch.scaled_dot_product_attention(gq, gk, gv, near)
  else:
    out = torch.scaled_dot_product_attention(gq, gk, gv, None, 0., True)
  return torch.reshape(torch.transpose(out, 1, 2), [b * length, -1])

def attention(q: Tensor, gk: Tensor, gv: Tensor, source: Tensor, slots: Tensor, window: int) -> Tensor:
  # q [T, H, D], keys and values on one grid of all samples, [B, G, L, D] -> [T, H D]
  batch, length = torch.size(gk, 0), torch.size(gk, 2)
  out = __torch__.attend(__torch__.to_grid(q, source, batch, length), gk, gv, window)
  if batch * length != torch.size(q, 0):
    out = torch.index_select(out, 0, slots)
  return out

def attention_on_grids(q: Tensor, k: Tensor, v: Tensor, source: List[Tensor], slots: Tensor, batch: List[int], length: List[int], window: int) -> Tensor:
  # q [T, H, D], k and v [T, G, D] -> [T, H D]; samples of like length share a grid
  if len(source) == 1:
    gk = __torch__.to_grid(k, source[0], batch[0], length[0])
    gv = __torch__.to_grid(v, source[0], batch[0], length[0])
    return __torch__.attention(q, gk, gv, source[0], slots, window)
  outs = annotate(List[Tensor], [])
  for i in range(len(source)):
    gq = __torch__.shaped(torch.index_select(q, 0, source[i]), batch[i], length[i])
    gk = __torch__.shaped(torch.index_select(k, 0, source[i]), batch[i], length[i])
    gv = __torch__.shaped(torch.index_select(v, 0, source[i]), batch[i], length[i])
    _0 = torch.append(outs, __torch__.attend(gq, gk, gv, window))
  return torch.index_select(torch.cat(outs, 0), 0, slots)

def heads_of(x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, heads: int, groups: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  # [T, d] -> queries [T, H, D], keys and values [T, G, D], rotated
  input_norm, q_w, q_b, k_w, k_b, v_w, v_b, o_w, post_norm, gate_w, up_w, down_w = w
  t = torch.size(x, 0)
  h = __torch__.rms_norm(x, input_norm, eps)
  q = torch.view(torch.linear(h, q_w, q_b), [t, heads, -1])
  k = torch.view(torch.linear(h, k_w, k_b), [t, groups, -1])
  v = torch.view(torch.linear(h, v_w, v_b), [t, groups, -1])
  return (__torch__.rotate(q, cos, sin), __torch__.rotate(k, cos, sin), v)

def after_attention(x: Tensor, a: Tensor, w: List[Tensor], eps: float) -> Tensor:
  # The layer's input [T, d] and its attention [T, H D] -> its output [T, d]
  input_norm, q_w, q_b, k_w, k_b, v_w, v_b, o_w, post_norm, gate_w, up_w, down_w = w
  x = x + torch.linear(a, o_w)
  h = __torch__.rms_norm(x, post_norm, eps)
  m = torch.silu(torch.linear(h, gate_w)) * torch.linear(h, up_w)
  return x + torch.linear(m, down_w)

def with_room(x: Tensor, capacity: int) -> Tensor:
  # [B, G, L, D] -> [B, G, capacity, D], unset behind L
  b, g, l, d = torch.size(x)
  wide = torch.empty([b, g, capacity, d], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
  _0 = torch.copy_(torch.narrow(wide, 2, 0, l), x)
  return wide

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

  def layer(self: __torch__.Qwen2, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, source: List[Tensor], slots: Tensor, batch: List[int], length: List[int], heads: int, groups: int, window: int, eps: float) -> Tensor:
    q, k, v, = __torch__.heads_of(x, w, cos, sin, heads, groups, eps)
    a = __torch__.attention_on_grids(q, k, v, source, slots, batch, length, window)
    return __torch__.after_attention(x, a, w, eps)

  # Generation. A cache is [B, G, C, D]: slots 0 to width - 1 hold the prompts, each from slot 0 on
  # (what follows a shorter one is never seen), and slot width + n the n-th new token of every row.
  # Order in a cache means nothing: a key carries its position in its rotation.

  def fill_layer(self: __torch__.Qwen2, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, source: Tensor, slots: Tensor, batch: int, length: int, heads: int, groups: int, window: int, eps: float, capacity: int) -> Tuple[Tensor, Tensor, Tensor]:
    # As layer; also returns the prompts' keys and values with room for more.
    q, k, v, = __torch__.heads_of(x, w, cos, sin, heads, groups, eps)
    gk = __torch__.to_grid(k, source, batch, length)
    gv = __torch__.to_grid(v, source, batch, length)
    a = __torch__.attention(q, gk, gv, source, slots, window)
    return (__torch__.after_attention(x, a, w, eps), __torch__.with_room(gk, capacity), __torch__.with_room(gv, capacity))

  def append(self: __torch__.Qwen2, ids: Tensor, lengths: Tensor, width: int, slot: int, padded: bool, embedding: Tensor, weights: List[Tensor], final_norm: Tensor, keys: List[Tensor], values: List[Tensor], heads: int, groups: int, windows: List[int], frequency: Tensor, scale: float, eps: float) -> Tensor:
    # One new token a row through all layers: ids [B] -> last hidden state [B, d]. Its key and value
    # go to the slot. lengths [B] of the prompts; padded tells whether they differ from width.
    x = torch.embedding(embedding, ids)
    rows = torch.size(x, 0)
    head = torch.size(keys[0], 3)
    cos, sin, = (self).rotary(lengths + (slot - width), frequency, scale, ops.prim.dtype(x))
    place = torch.arange(slot + 1, device=ops.prim.device(x))
    prompt = torch.unsqueeze(lengths, 1)
    made = torch.ge(place, width)
    seen = torch.logical_or(torch.lt(place, prompt), made)
    # How far each slot's token lies behind the new one.
    back = prompt + (slot - width) - torch.where(made, place - width + prompt, place)
    per_layer = len(weights) // len(keys)
    for i in range(len(keys)):
      w = weights[i * per_layer:(i + 1) * per_layer]
      q, k, v, = __torch__.heads_of(x, w, cos, sin, heads, groups, eps)
      _0 = torch.copy_(torch.narrow(keys[i], 2, slot, 1), torch.unsqueeze(k, 2))
      _1 = torch.copy_(torch.narrow(values[i], 2, slot, 1), torch.unsqueeze(v, 2))
      # The queries that share a key stand where several tokens would: no key is repeated.
      gq = torch.view(q, [rows, groups, heads // groups, head])
      gk = torch.narrow(keys[i], 2, 0, slot + 1)
      gv = torch.narrow(values[i], 2, 0, slot + 1)
      windowed = windows[i] > 0 and windows[i] < slot + 1
      if padded or windowed:
        mask = seen
        if windowed:
          mask = torch.logical_and(seen, torch.lt(back, windows[i]))
        mask = torch.view(mask, [rows, 1, 1, slot + 1])
        a = torch.scaled_dot_product_attention(gq, gk, gv, mask, 0., False)
      else:
        a = torch.scaled_dot_product_attention(gq, gk, gv, None, 0., False)
      x = __torch__.after_attention(x, torch.reshape(a, [rows, heads * head]), w, eps)
    return __torch__.rms_norm(x, final_norm, eps)

  def grow(self: __torch__.Qwen2, x: Tensor, used: int, capacity: int) -> Tensor:
    return __torch__.with_room(torch.narrow(x, 2, 0, used), capacity)

  def rows(self: __torch__.Qwen2, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(x, 0, rows)

  def norm(self: __torch__.Qwen2, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return __torch__.rms_norm(x, weight, eps)

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
