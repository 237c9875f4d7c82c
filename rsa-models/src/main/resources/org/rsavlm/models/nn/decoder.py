# A decoder-only language model with rotary positions, around the layer that its family's text gives as
# module "block":
#   heads_of(x, w, cos, sin, heads, groups, eps) -> queries [T, H, D], keys and values [T, G, D], rotated
#   after_attention(x, a, w, eps)                -> the layer's output, from its input and attention [T, H D]
#
# Packed: the tokens of B samples lie one after the other, T in all, without padding.
#   x [T, d]            hidden states
#   cos, sin [T, D]     rotary tables of each token's position, D = head size
#   source [B L]        token that fills each slot of a padded [B, L] grid (any token in a pad slot)
#   slots [T]           slot of each token, counted through all grids
#   window              tokens that a token sees, itself included; 0 for all before it
# Heads: H queries, G keys and values (G divides H). Samples never attend to each other.

class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def rotary(self: __torch__.Decoder, positions: Tensor, frequency: Tensor, scale: float, dtype: int) -> Tuple[Tensor, Tensor]:
    return __torch__.rotary.tables(positions, frequency, scale, dtype)

  def embed(self: __torch__.Decoder, ids: Tensor, weight: Tensor) -> Tensor:
    return torch.embedding(weight, ids)

  def layer(self: __torch__.Decoder, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, source: List[Tensor], slots: Tensor, batch: List[int], length: List[int], heads: int, groups: int, window: int, eps: float) -> Tensor:
    q, k, v, = __torch__.block.heads_of(x, w, cos, sin, heads, groups, eps)
    a = __torch__.attention.causal_on_grids(q, k, v, source, slots, batch, length, window)
    return __torch__.block.after_attention(x, a, w, eps)

  # Generation. A cache is [B, G, C, D]: slots 0 to width - 1 hold the prompts, each from slot 0 on
  # (what follows a shorter one is never seen), and slot width + n the n-th new token of every row.
  # Order in a cache means nothing: a key carries its position in its rotation.

  def fill_layer(self: __torch__.Decoder, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, source: Tensor, slots: Tensor, batch: int, length: int, heads: int, groups: int, window: int, eps: float, capacity: int) -> Tuple[Tensor, Tensor, Tensor]:
    # As layer; also returns the prompts' keys and values with room for more.
    q, k, v, = __torch__.block.heads_of(x, w, cos, sin, heads, groups, eps)
    gk = __torch__.attention.to_grid(k, source, batch, length)
    gv = __torch__.attention.to_grid(v, source, batch, length)
    a = __torch__.attention.causal(q, gk, gv, source, slots, window)
    return (__torch__.block.after_attention(x, a, w, eps), __torch__.attention.with_room(gk, capacity), __torch__.attention.with_room(gv, capacity))

  def append(self: __torch__.Decoder, ids: Tensor, lengths: Tensor, width: int, slot: int, padded: bool, embedding: Tensor, weights: List[Tensor], final_norm: Tensor, keys: List[Tensor], values: List[Tensor], heads: int, groups: int, windows: List[int], frequency: Tensor, scale: float, eps: float) -> Tensor:
    # One new token a row through all layers: ids [B] -> last hidden state [B, d]. Its key and value
    # go to the slot. lengths [B] of the prompts; padded tells whether they differ from width.
    x = torch.embedding(embedding, ids)
    rows = torch.size(x, 0)
    head = torch.size(keys[0], 3)
    cos, sin, = __torch__.rotary.tables(lengths + (slot - width), frequency, scale, ops.prim.dtype(x))
    place = torch.arange(slot + 1, device=ops.prim.device(x))
    prompt = torch.unsqueeze(lengths, 1)
    made = torch.ge(place, width)
    seen = torch.logical_or(torch.lt(place, prompt), made)
    # How far each slot's token lies behind the new one.
    back = prompt + (slot - width) - torch.where(made, place - width + prompt, place)
    per_layer = len(weights) // len(keys)
    for i in range(len(keys)):
      w = weights[i * per_layer:(i + 1) * per_layer]
      q, k, v, = __torch__.block.heads_of(x, w, cos, sin, heads, groups, eps)
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
      x = __torch__.block.after_attention(x, torch.reshape(a, [rows, heads * head]), w, eps)
    return __torch__.norm.rms_norm(x, final_norm, eps)

  def grow(self: __torch__.Decoder, x: Tensor, used: int, capacity: int) -> Tensor:
    return __torch__.attention.with_room(torch.narrow(x, 2, 0, used), capacity)

  def rows(self: __torch__.Decoder, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(x, 0, rows)

  def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return __torch__.norm.rms_norm(x, weight, eps)

  def logits(self: __torch__.Decoder, x: Tensor, head: Tensor) -> Tensor:
    return torch.linear(x, head)

  def unpack(self: __torch__.Decoder, x: Tensor, slots: Tensor, batch: int, length: int) -> Tensor:
    # [T, V] -> [B, L, V], 0 at padding.
    grid = torch.zeros([batch * length, torch.size(x, 1)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    return torch.view(torch.index_copy(grid, 0, slots, x), [batch, length, -1])
