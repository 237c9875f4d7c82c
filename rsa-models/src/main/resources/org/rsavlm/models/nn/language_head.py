# The language head's loss.

class LanguageHead(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def head_loss(self: __torch__.LanguageHead, hidden: Tensor, positions: Tensor, labels: Tensor, head: Tensor, scale: float, chunk: int, hidden_gradient: bool, head_gradient: bool) -> Tuple[Tensor, Tensor, Tensor]:
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
