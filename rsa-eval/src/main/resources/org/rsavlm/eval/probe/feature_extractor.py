class FeatureExtractor(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def select(self: __torch__.FeatureExtractor, rows: Tensor, indices: Tensor) -> Tensor:
    # Rows by number.
    return torch.index_select(rows, 0, indices)
