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
