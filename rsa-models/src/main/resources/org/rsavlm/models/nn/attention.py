# Attention.
#
# Dense: B images or texts of P tokens each, [B, P, d].
# Packed: the tokens of B samples lie one after the other, T in all, without padding, and attend on padded
# grids; samples never attend to each other.
#   source [B L]        token that fills each slot of a padded [B, L] grid (any token in a pad slot)
#   slots [T]           slot of each token, counted through all grids
#   window              tokens that a token sees, itself included; 0 for all before it
# Heads: H queries, G keys and values (G divides H), of size D.

def of_heads(x: Tensor, heads: int) -> Tensor:
  # [B, P, d] -> [B, H, P, D]
  b, p, d = torch.size(x)
  return torch.transpose(torch.view(x, [b, p, heads, -1]), 1, 2)

def multi_head(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
  # Every query sees every key: q [B, Q, d], k and v [B, P, d] -> [B, Q, d]
  b, p, d = torch.size(q)
  a = torch.scaled_dot_product_attention(__torch__.attention.of_heads(q, heads), __torch__.attention.of_heads(k, heads), __torch__.attention.of_heads(v, heads))
  return torch.reshape(torch.transpose(a, 1, 2), [b, p, d])

def shaped(x: Tensor, batch: int, length: int) -> Tensor:
  # [B L, heads, D] -> [B, heads, L, D]
  return torch.transpose(torch.view(x, [batch, length, torch.size(x, 1), torch.size(x, 2)]), 1, 2)

def to_grid(x: Tensor, source: Tensor, batch: int, length: int) -> Tensor:
  # [T, heads, D] of all samples -> [B, heads, L, D]
  if batch * length != torch.size(x, 0):
    x = torch.index_select(x, 0, source)
  return __torch__.attention.shaped(x, batch, length)

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
  gk = __torch__.attention.repeat_heads(gk, times)
  gv = __torch__.attention.repeat_heads(gv, times)
  # Padding is on the right: with a causal mask no token sees it.
  if window > 0 and window < length:
    at = torch.arange(length, device=ops.prim.device(gq))
    back = torch.unsqueeze(at, 1) - torch.unsqueeze(at, 0)
    near = torch.logical_and(torch.ge(back, 0), torch.lt(back, window))
    out = torch.scaled_dot_product_attention(gq, gk, gv, near)
  else:
    out = torch.scaled_dot_product_attention(gq, gk, gv, None, 0., True)
  return torch.reshape(torch.transpose(out, 1, 2), [b * length, -1])

def causal(q: Tensor, gk: Tensor, gv: Tensor, source: Tensor, slots: Tensor, window: int) -> Tensor:
  # q [T, H, D], keys and values on one grid of all samples, [B, G, L, D] -> [T, H D]
  batch, length = torch.size(gk, 0), torch.size(gk, 2)
  out = __torch__.attention.attend(__torch__.attention.to_grid(q, source, batch, length), gk, gv, window)
  if batch * length != torch.size(q, 0):
    out = torch.index_select(out, 0, slots)
  return out

def causal_on_grids(q: Tensor, k: Tensor, v: Tensor, source: List[Tensor], slots: Tensor, batch: List[int], length: List[int], window: int) -> Tensor:
  # q [T, H, D], k and v [T, G, D] -> [T, H D]; samples of like length share a grid
  if len(source) == 1:
    gk = __torch__.attention.to_grid(k, source[0], batch[0], length[0])
    gv = __torch__.attention.to_grid(v, source[0], batch[0], length[0])
    return __torch__.attention.causal(q, gk, gv, source[0], slots, window)
  outs = annotate(List[Tensor], [])
  for i in range(len(source)):
    gq = __torch__.attention.shaped(torch.index_select(q, 0, source[i]), batch[i], length[i])
    gk = __torch__.attention.shaped(torch.index_select(k, 0, source[i]), batch[i], length[i])
    gv = __torch__.attention.shaped(torch.index_select(v, 0, source[i]), batch[i], length[i])
    _0 = torch.append(outs, __torch__.attention.attend(gq, gk, gv, window))
  return torch.index_select(torch.cat(outs, 0), 0, slots)

def with_room(x: Tensor, capacity: int) -> Tensor:
  # [B, G, L, D] -> [B, G, capacity, D], unset behind L
  b, g, l, d = torch.size(x)
  wide = torch.empty([b, g, capacity, d], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
  _0 = torch.copy_(torch.narrow(wide, 2, 0, l), x)
  return wide
