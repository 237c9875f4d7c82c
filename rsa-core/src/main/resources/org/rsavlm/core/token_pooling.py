# N samples, T tokens each (or T tokens in all, packed), d dimensions.

class TokenPooling(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def mean(self: __torch__.TokenPooling, tokens: Tensor) -> Tensor:
    wide = 7 if ops.prim.dtype(tokens) == 7 else 6
    return torch.mean(tokens, [1], False, dtype=wide)

  def masked_mean(self: __torch__.TokenPooling, tokens: Tensor, mask: Tensor) -> Tensor:
    wide = 7 if ops.prim.dtype(tokens) == 7 else 6
    keep = torch.unsqueeze(torch.ne(mask, 0), 2)
    kept = torch.masked_fill(torch.to(tokens, wide), torch.logical_not(keep), 0)
    return torch.sum(kept, [1]) / torch.to(torch.sum(keep, [1]), wide)

  def segment_mean(self: __torch__.TokenPooling, tokens: Tensor, lengths: Tensor, count: int) -> Tensor:
    wide = 7 if ops.prim.dtype(tokens) == 7 else 6
    segment = torch.repeat_interleave(torch.arange(count, device=ops.prim.device(tokens)), lengths)
    sums = torch.zeros([count, torch.size(tokens, 1)], dtype=wide, device=ops.prim.device(tokens))
    sums = torch.index_add(sums, 0, segment, torch.to(tokens, wide))
    return sums / torch.to(torch.unsqueeze(lengths, 1), wide)

  def sliced_quantiles(self: __torch__.TokenPooling, tokens: Tensor, directions: Tensor, quantiles: int) -> Tensor:
    # [N, T, d] x [d, L] -> sorted projections at the midpoints of equal shares -> [N, Q L].
    wide = 7 if ops.prim.dtype(tokens) == 7 else 6
    projected = torch.matmul(torch.to(tokens, wide), torch.to(directions, wide))
    ordered, index = torch.sort(projected, 1)
    steps = torch.arange(quantiles, dtype=wide, device=ops.prim.device(tokens))
    at = (steps + 0.5) * torch.size(tokens, 1) / quantiles - 0.5
    at = torch.clamp(at, 0, torch.size(tokens, 1) - 1)
    low = torch.to(torch.floor(at), 4)
    high = torch.clamp_max(low + 1, torch.size(tokens, 1) - 1)
    share = torch.unsqueeze(at - torch.to(low, wide), 1)
    values = torch.index_select(ordered, 1, low) * (1 - share) + torch.index_select(ordered, 1, high) * share
    scale = torch.size(directions, 1) * quantiles
    return torch.flatten(values, 1) / torch.sqrt(torch.scalar_tensor(scale, dtype=wide, device=ops.prim.device(tokens)))
