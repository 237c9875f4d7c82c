# From the projected features of tiles to an image's tokens (AnyRes).
#
# T tiles of P = side x side features in d dimensions; R x C tiles in a grid.

def rows_of(grid: Tensor, newline: Tensor, layout: List[int]) -> Tensor:
  # grid [R C, P, d] -> [height (width + 1), d], each row of the map followed by a newline
  side, columns, rows, left, top, kept_width, kept_height, width, height, newlines = layout
  d = torch.size(grid, 2)
  x = torch.view(grid, [rows, columns, side, side, d])
  x = torch.reshape(torch.permute(x, [0, 2, 1, 3, 4]), [rows * side, columns * side, d])
  x = torch.narrow(torch.narrow(x, 0, top, kept_height), 1, left, kept_width)
  if width != kept_width or height != kept_height:
    x = torch.unsqueeze(torch.permute(x, [2, 0, 1]), 0)
    x = torch.upsample_bilinear2d(x, [height, width], False)
    x = torch.permute(torch.squeeze(x, 0), [1, 2, 0])
  if newlines == 1:
    x = torch.cat([x, torch.expand(newline, [height, 1, d])], 1)
  return torch.reshape(x, [-1, d])

def image_of(tiles: Tensor, newline: Tensor, layout: List[int]) -> Tensor:
  # tiles [1 + R C, P, d], the base image first -> [n, d]
  base = tiles[0]
  if layout[1] > 0:
    return torch.cat([base, __torch__.rows_of(tiles[1:], newline, layout)])
  if layout[9] == 1:
    return torch.cat([base, torch.unsqueeze(newline, 0)])
  return base

def images_of(parts: List[Tensor], newline: Tensor, layouts: List[int]) -> List[Tensor]:
  # parts [t, P, d], T tiles in all; ten numbers an image -> its tokens [n, d]
  tiles = parts[0]
  if len(parts) > 1:
    tiles = torch.cat(parts)
  images = annotate(List[Tensor], [])
  first = 0
  for i in range(len(layouts) // 10):
    layout = layouts[10 * i:10 * i + 10]
    count = 1 + layout[1] * layout[2]
    own = torch.narrow(tiles, 0, first, count)
    _0 = torch.append(images, __torch__.image_of(own, newline, layout))
    first = first + count
  return images

class ImageFeatures(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def pack_each(self: __torch__.ImageFeatures, parts: List[Tensor], newline: Tensor, layouts: List[int]) -> List[Tensor]:
    return __torch__.images_of(parts, newline, layouts)

  def pack(self: __torch__.ImageFeatures, parts: List[Tensor], newline: Tensor, layouts: List[int]) -> Tensor:
    return torch.cat(__torch__.images_of(parts, newline, layouts))
