# Rows for new words.

class Vocabulary(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def grow(self: __torch__.Vocabulary, x: Tensor, rows: int) -> Tensor:
    # [V, d] -> [rows, d]; a new row is the mean of the old ones, so that no new word stands out.
    mean = torch.to(torch.mean(x, [0], True, dtype=7), ops.prim.dtype(x))
    return torch.cat([x, torch.expand(mean, [rows - torch.size(x, 0), torch.size(x, 1)])])
