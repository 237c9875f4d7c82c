# Rotary positions (Su et al., arXiv:2104.09864) as Hugging Face's models turn them.

def tables(positions: Tensor, frequency: Tensor, scale: float, dtype: int) -> Tuple[Tensor, Tensor]:
  # positions [T], frequency [D/2] -> cosines and sines [T, D]. Angles in float64: in float32 they are
  # off by 2e-3 at position 32,000.
  angle = torch.outer(torch.to(positions, 7), frequency)
  angle = torch.cat([angle, angle], 1)
  return (torch.to(torch.cos(angle) * scale, dtype), torch.to(torch.sin(angle) * scale, dtype))

def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  # x [T, heads, D]; the halves are paired (i, i + D/2), as in Hugging Face's rotate_half.
  half = torch.size(x, 2) // 2
  turned = torch.cat([-x[:, :, half:], x[:, :, :half]], 2)
  return x * torch.unsqueeze(cos, 1) + turned * torch.unsqueeze(sin, 1)
