# Norms.

def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
  # In float32 at least, but rounded before the weight as Hugging Face does: a bfloat16 run then rounds
  # where its run does. (torch.rms_norm rounds after the weight.)
  y = torch.to(x, 7 if ops.prim.dtype(x) == 7 else 6)
  y = y * torch.rsqrt(torch.mean(torch.pow(y, 2), [-1], True) + eps)
  return weight * torch.to(y, ops.prim.dtype(x))
