# Approximate scores of nearest neighbours. Shapes: N samples, d features.

class Neighbors(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def centered(self: __torch__.Neighbors, x: Tensor, least: float, sampled: int, chunk: int) -> Tuple[Tensor, Tensor, Tensor]:
    # Rows x [N, d], divided by their lengths (at least `least`; 0 leaves them), less a shift m [d]:
    # rounded to float32 [N, d]; <m, row> and |row|^2, [N] each in float64. A chunk of rows stays in
    # the processor's cache.
    n = torch.size(x, 0)
    at = torch.floor_divide(torch.arange(sampled) * n, sampled)
    shift = torch.mean(__torch__.rows(torch.index_select(x, 0, at), least), [0])
    values = torch.empty([n, torch.size(x, 1)], dtype=6)
    along = torch.empty([n], dtype=7)
    squares = torch.empty([n], dtype=7)
    first = 0
    while first < n:
      count = ops.prim.min(chunk, n - first)
      row = __torch__.rows(torch.narrow(x, 0, first, count), least) - shift
      _0 = torch.copy_(torch.narrow(values, 0, first, count), row)
      _1 = torch.copy_(torch.narrow(along, 0, first, count), torch.mv(row, shift))
      _2 = torch.copy_(torch.narrow(squares, 0, first, count), torch.square(torch.linalg_vector_norm(row, 2, [1])))
      first = first + count
    return (values, along, squares)

  def gram(self: __torch__.Neighbors, x: Tensor, blocks: int) -> Tensor:
    # x x^T [N, N] from blocks of rows times the rows from there on, mirrored.
    n = torch.size(x, 0)
    step = (n + blocks - 1) // blocks
    out = torch.empty([n, n], dtype=6)
    first = 0
    while first < n:
      end = ops.prim.min(first + step, n)
      block = torch.slice(x, 0, first, end)
      _0 = torch.copy_(torch.slice(torch.slice(out, 0, first, end), 1, first, n), torch.matmul(block, torch.t(torch.slice(x, 0, first, n))))
      _1 = torch.copy_(torch.slice(torch.slice(out, 0, end, n), 1, first, end), torch.t(torch.slice(torch.slice(out, 0, first, end), 1, end, n)))
      first = end
    return out

def rows(x: Tensor, least: float) -> Tensor:
  wide = torch.to(x, 7)
  if least > 0.:
    wide = wide / torch.clamp_min(torch.linalg_vector_norm(wide, 2, [1], True), least)
  return wide
