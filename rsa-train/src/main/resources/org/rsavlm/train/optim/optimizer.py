# In-place work on lists of parameters. The lists are arguments: torch drops in-place operations on
# lists that a script makes itself.

class Optimizer(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def norm(self: __torch__.Optimizer, gradients: List[Tensor]) -> float:
    # As torch.nn.utils.get_total_norm, but the norms are gathered in float64.
    wide = 7 if ops.prim.dtype(gradients[0]) == 7 else 6
    norms = torch.to(torch.stack(ops.aten._foreach_norm(gradients, 2, wide)), 7)
    return float(torch.item(torch.linalg_vector_norm(norms, 2)))

  def scale(self: __torch__.Optimizer, gradients: List[Tensor], factor: float) -> int:
    ops.aten._foreach_mul_(gradients, factor)
    return 0

  def zero(self: __torch__.Optimizer, gradients: List[Tensor]) -> int:
    ops.aten._foreach_zero_(gradients)
    return 0

  def adamw(self: __torch__.Optimizer, parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], steps: List[Tensor], rate: float, beta1: float, beta2: float, epsilon: float, decay: float) -> int:
    ops.aten._foreach_add_(steps, 1)
    none = annotate(List[Tensor], [])
    ops.aten._fused_adamw_(parameters, gradients, first, second, none, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
    return 0
