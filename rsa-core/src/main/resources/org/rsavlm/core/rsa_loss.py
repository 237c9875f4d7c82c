# The RSA loss (paper, Eq. 3-5) and its gradient in closed form, in float64.
#
# N samples, d dimensions of one side; z [N, d] is detached float64 everywhere below.
# Distances are numbered as org.rsavlm.core.Distance numbers them:
#   0 Euclidean, 1 cosine, 2 Manhattan, 3 squared Euclidean, 4 angular.

def centre(z: Tensor) -> Tensor:
  # Distances do not change under translation; a common offset would eat the digits of the Gram
  # product. Equal rows become exact zeros.
  if bool(torch.all(torch.eq(z, z[0]))):
    return torch.zeros_like(z)
  return z - torch.mean(z, [0], True)

def exact_pairs(z: Tensor, d: Tensor, near: Tensor) -> Tensor:
  # The Gram product cancels where two rows almost agree; there the difference itself is taken.
  count = int(torch.sum(near))
  if count == 0:
    return d
  if count * torch.size(z, 1) > 16000000:
    return torch.cdist(z, z, 2., 2)
  index = torch.nonzero(near)
  i, j = index[:, 0], index[:, 1]
  exact = torch.linalg_vector_norm(z[i] - z[j], 2, [1])
  return torch.index_put(d, [i, j], exact)

def pairs(z: Tensor) -> Tensor:
  # Euclidean distances of the rows of z, [N, N]: one Gram product, no [N, N, d] array.
  gram = torch.matmul(z, torch.t(z))
  squares = torch.diagonal(gram)
  sums = torch.unsqueeze(squares, 1) + squares
  d2 = sums - gram * 2
  # Below this share, the product's rounding is more than 1e-11 of the squared distance.
  near = torch.fill_diagonal_(d2 <= sums * 0.0001, 0)
  d = torch.sqrt(torch.clamp_min(d2, 0))
  d = __torch__.exact_pairs(z, d, near)
  return torch.fill_diagonal_(d, 0)

def differences(w: Tensor, z: Tensor) -> Tensor:
  # sum over j of 2 w[i, j] (z[i] - z[j]) for symmetric w: the pull-back of all pairs at once.
  return (torch.unsqueeze(torch.sum(w, [1]), 1) * z - torch.matmul(w, z)) * 2

def unit(z: Tensor) -> Tuple[Tensor, Tensor]:
  norm = torch.linalg_vector_norm(z, 2, [1], True)
  inverse = torch.where(norm > 0, torch.reciprocal(norm), torch.zeros_like(norm))
  return (z * inverse, inverse)

def kernel(z: Tensor, distance: int) -> Tensor:
  if distance == 0:
    return __torch__.pairs(__torch__.centre(z))
  if distance == 3:
    return torch.square(__torch__.pairs(__torch__.centre(z)))
  if distance == 2:
    return torch.cdist(z, z, 1.)
  u, inverse = __torch__.unit(z)
  chord = __torch__.pairs(u)
  # A zero vector has no direction: it counts as orthogonal to every other vector.
  zero = inverse == 0
  mixed = torch.logical_xor(zero, torch.t(zero))
  if distance == 1:
    return torch.masked_fill(torch.square(chord) * 0.5, mixed, 1.)
  angle = torch.atan2(chord, torch.sqrt(torch.clamp_min(4. - torch.square(chord), 0))) * 2
  return torch.masked_fill(angle * 0.3183098861837907, mixed, 0.5)

def pull_back(z: Tensor, k: Tensor, g: Tensor, distance: int) -> Tensor:
  # dL/dz for dL/dK = g, symmetric. A zero distance has gradient 0.
  if distance == 0:
    w = torch.where(k > 0, g / k, torch.zeros_like(k))
    return __torch__.differences(w, __torch__.centre(z))
  if distance == 3:
    return __torch__.differences(g * 2, __torch__.centre(z))
  if distance == 2:
    return torch._cdist_backward(torch.contiguous(g), z, z, 1., k) * 2
  u, inverse = __torch__.unit(z)
  if distance == 1:
    du = __torch__.differences(g, u)
  else:
    # angle/pi = 2 asin(chord/2)/pi, whose slope by the chord is 1/(pi cos(angle/2)).
    half = k * 1.5707963267948966
    chord = torch.sin(half) * 2
    slope = torch.cos(half) * 3.141592653589793 * chord
    w = torch.where(torch.logical_and(chord > 0, torch.cos(half) > 1e-12), g / slope, torch.zeros_like(k))
    du = __torch__.differences(w, u)
  return (du - torch.sum(du * u, [1], True) * u) * inverse

def kernels(v: Tensor, t: Tensor, distance: int) -> Tuple[Tensor, Tensor]:
  return (__torch__.kernel(v, distance), __torch__.kernel(t, distance))

class RsaLoss(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def kernel(self: __torch__.RsaLoss, z: Tensor, distance: int) -> Tensor:
    return __torch__.kernel(torch.to(torch.detach(z), 7), distance)

  def evaluate(self: __torch__.RsaLoss, vision: Tensor, text: Tensor, distance: int, text_scale: float, text_gradient: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    # Loss, its gradients by both sides (float64), and both kernels' means before scaling.
    v = torch.to(torch.detach(vision), 7)
    t = torch.to(torch.detach(text), 7)
    kv, kt = __torch__.kernels(v, t, distance)
    n = torch.size(v, 0)
    difference = kv - kt * text_scale
    loss = torch.mean(torch.square(difference))
    g = torch.fill_diagonal_(difference * (2. / (n * n)), 0)
    gv = __torch__.pull_back(v, kv, g, distance)
    gt = torch.zeros_like(t)
    if text_gradient:
      gt = __torch__.pull_back(t, kt, g * (-text_scale), distance)
    return (loss, gv, gt, torch.stack([torch.mean(kv), torch.mean(kt)]))

  def compute(self: __torch__.RsaLoss, vision: Tensor, text: Tensor, distance: int, text_scale: float, text_gradient: bool) -> Tensor:
    # A scalar of the loss's value whose gradient by autograd is the closed form.
    loss, gv, gt, means = self.evaluate(vision, text, distance, text_scale, text_gradient)
    inner = torch.sum(torch.to(vision, 7) * gv)
    if text_gradient:
      inner = inner + torch.sum(torch.to(text, 7) * gt)
    carried = loss + (inner - torch.detach(inner))
    wide = ops.prim.dtype(vision) == 7 or ops.prim.dtype(text) == 7
    return torch.to(carried, 7 if wide else 6)

  def first_bad_row(self: __torch__.RsaLoss, z: Tensor) -> int:
    good = torch.all(torch.isfinite(torch.detach(z)), 1)
    if bool(torch.all(good)):
      return -1
    return int(torch.argmin(torch.to(good, 6)))

  def effective_rank(self: __torch__.RsaLoss, z: Tensor) -> float:
    c = __torch__.centre(torch.to(torch.detach(z), 7))
    if torch.size(c, 0) > torch.size(c, 1):
      c = torch.t(c)
    eigenvalues = torch.linalg_eigvalsh(torch.matmul(c, torch.t(c)))
    singular = torch.sqrt(torch.clamp_min(eigenvalues, 0))
    total = torch.sum(singular)
    if float(total) == 0.:
      return 0.
    p = singular / total
    entropy = -torch.sum(torch.xlogy(p, p))
    return float(torch.exp(entropy))
