# Parameters and gradients in flat buckets. Lists are arguments: torch drops in-place operations on lists
# that a script makes itself.

class Shards(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def pack(self: __torch__.Shards, flat: Tensor, sources: List[Tensor], starts: List[int], places: List[int], lengths: List[int]) -> int:
    # Elements [start, start + length) of each source to its place in flat, cast.
    for i in range(len(sources)):
      piece = torch.narrow(torch.reshape(torch.detach(sources[i]), [-1]), 0, starts[i], lengths[i])
      _0 = torch.copy_(torch.narrow(flat, 0, places[i], lengths[i]), piece)
    return 0

  def unpack(self: __torch__.Shards, flat: Tensor, targets: List[Tensor], starts: List[int], places: List[int], lengths: List[int]) -> int:
    # The other way.
    for i in range(len(targets)):
      piece = torch.narrow(torch.view(torch.detach(targets[i]), [-1]), 0, starts[i], lengths[i])
      _0 = torch.copy_(piece, torch.narrow(flat, 0, places[i], lengths[i]))
    return 0

  def piece(self: __torch__.Shards, x: Tensor, start: int, length: int) -> Tensor:
    # A view of elements [start, start + length) of x.
    return torch.narrow(torch.view(torch.detach(x), [-1]), 0, start, length)

  def squares(self: __torch__.Shards, pieces: List[Tensor]) -> Tensor:
    # The sum of squares of each, in float64. [n]
    sums = annotate(List[Tensor], [])
    for i in range(len(pieces)):
      _0 = torch.append(sums, torch.square(torch.linalg_vector_norm(pieces[i], 2, None, False, dtype=7)))
    return torch.stack(sums)
