class MicroBatch(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def select(self: __torch__.MicroBatch, rows: Tensor, indices: Tensor) -> Tensor:
    # Rows by number, with their gradient.
    return torch.index_select(rows, 0, indices)
