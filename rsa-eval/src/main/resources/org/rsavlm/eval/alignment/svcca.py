# Parts of SVCCA (Raghu et al. 2017). Shapes: N samples, d features, q directions; all float64.

class Svcca(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def leading(self: __torch__.Svcca, x: Tensor, q: int) -> Tensor:
    # Left singular vectors [N, <= q] of the standardised columns of x [N, d], largest last.
    # From the smaller of both Gram matrices; directions within its rounding of zero are left out.
    c = x - torch.mean(x, [0], True)
    c = c / (torch.std(x, [0], True, True) + 1e-8)
    n = torch.size(c, 0)
    d = torch.size(c, 1)
    wide = n <= d
    if wide:
      gram = torch.matmul(c, torch.t(c))
      size = n
    else:
      gram = torch.matmul(torch.t(c), c)
      size = d
    values, vectors = torch.linalg_eigh(gram)
    least = torch.max(values) * (2.3e-16 * (n + d))
    rank = int(torch.sum(torch.gt(values, torch.clamp_min(least, 0.))))
    first = size - ops.prim.min(q, rank)
    u = torch.slice(vectors, 1, first, size)
    if not wide:
      u = torch.matmul(c, u) / torch.sqrt(torch.slice(values, 0, first, size))
    return torch.contiguous(u)

  def correlations(self: __torch__.Svcca, a: Tensor, b: Tensor) -> Tensor:
    # Canonical correlations of two sets of orthonormal centred columns.
    return torch.clamp_max(torch.linalg_svdvals(torch.matmul(torch.t(a), b)), 1.)
