# From a model's scores to the next token, with the formulas and in the order of Hugging Face
# transformers (generation/logits_process.py): repetition penalty, temperature, top-k, top-p.
#   scores [B, V]   float32 or wider
#   seen [B, V]     bool, whether a token is in the row's prompt or was made

class TokenSampler(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def widen(self: __torch__.TokenSampler, logits: Tensor) -> Tensor:
    return torch.to(logits, 7 if ops.prim.dtype(logits) == 7 else 6)

  def seen(self: __torch__.TokenSampler, rows: Tensor, ids: Tensor, batch: int, vocabulary: int) -> Tensor:
    # rows and ids [N]: the tokens that are in each row.
    no = torch.zeros([batch, vocabulary], dtype=11, device=ops.prim.device(ids))
    yes = torch.ones([torch.size(ids, 0)], dtype=11, device=ops.prim.device(ids))
    return torch.index_put(no, [rows, ids], yes)

  def mark(self: __torch__.TokenSampler, seen: Tensor, ids: Tensor) -> int:
    # Adds one token a row, in place.
    marked = torch.scatter_(seen, 1, torch.unsqueeze(ids, 1), True)
    return torch.dim(marked)

  def rows(self: __torch__.TokenSampler, seen: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(seen, 0, rows)

  def penalise(self: __torch__.TokenSampler, scores: Tensor, seen: Tensor, penalty: float) -> Tensor:
    lower = torch.where(torch.lt(scores, 0), scores * penalty, scores / penalty)
    return torch.where(seen, lower, scores)

  def warp(self: __torch__.TokenSampler, scores: Tensor, temperature: float, k: int, p: float) -> Tensor:
    # -inf where a token is ruled out. k = 0 and p = 1 rule nothing out.
    minus = float("-inf")
    scores = scores / temperature
    if k > 0:
      best, at = torch.topk(scores, ops.prim.min(k, torch.size(scores, 1)), 1)
      scores = torch.masked_fill(scores, torch.lt(scores, torch.narrow(best, 1, torch.size(best, 1) - 1, 1)), minus)
    if p < 1.:
      rising, order = torch.sort(scores, -1, False)
      out = torch.le(torch.cumsum(torch.softmax(rising, -1), -1), 1. - p)
      _0 = torch.fill_(torch.narrow(out, 1, torch.size(out, 1) - 1, 1), False)
      scores = torch.masked_fill(scores, torch.scatter(out, 1, order, out), minus)
    return scores

  def draw(self: __torch__.TokenSampler, scores: Tensor, uniform: Tensor) -> Tensor:
    # uniform [B] in [0, 1) -> ids [B], by the inverse of the distribution function. Rising, so that
    # ruled-out tokens come first with a sum of exactly 0, and the last token is always possible.
    rising, order = torch.sort(torch.to(scores, 7), -1, False)
    sums = torch.cumsum(torch.softmax(rising, -1), -1)
    last = torch.size(sums, 1) - 1
    target = torch.unsqueeze(uniform, 1) * torch.narrow(sums, 1, last, 1)
    at = torch.clamp_max(torch.sum(torch.le(sums, target), [1], True), last)
    return torch.squeeze(torch.gather(order, 1, at), 1)

  def best(self: __torch__.TokenSampler, scores: Tensor) -> Tensor:
    return torch.argmax(scores, 1)

  def log_probability(self: __torch__.TokenSampler, scores: Tensor, ids: Tensor) -> Tensor:
    # [B], float64
    wide = torch.log_softmax(scores, 1)
    return torch.to(torch.squeeze(torch.gather(wide, 1, torch.unsqueeze(ids, 1)), 1), 7)
