package org.rsavlm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.time.Duration;
import java.util.List;
import org.rsavlm.core.torch.Tensors;

/** One rank: sums are what is there already. */
final class SingleCommunicator implements Communicator {

  private static final Pending DONE =
      new Pending() {
        @Override
        public void await() {}

        @Override
        public boolean isDone() {
          return true;
        }
      };

  private final RankIdentity identity = RankIdentity.alone();
  private final Traffic.Counter counter = new Traffic.Counter();

  @Override
  public RankIdentity identity() {
    return identity;
  }

  @Override
  public void barrier() {}

  @Override
  public void barrier(Duration longest) {}

  @Override
  public void broadcast(NDArray array, int root) {
    Shapes.root(root, 1);
  }

  @Override
  public Pending startAllReduce(NDArray array) {
    return DONE;
  }

  @Override
  public Pending startReduceScatter(NDArray whole, NDArray part) {
    Shapes.parts(whole, part, 1);
    copy(whole, part);
    return DONE;
  }

  @Override
  public Pending startAllGather(NDArray part, NDArray whole) {
    Shapes.parts(whole, part, 1);
    copy(part, whole);
    return DONE;
  }

  private static void copy(NDArray source, NDArray target) {
    try (NDArray view = source.reshape(target.getShape())) {
      Tensors.copyInto(view, target);
    }
  }

  @Override
  public GatheredRows gatherRows(NDArray rows) {
    Shapes.rows(rows);
    NDArray copy = Tensors.empty(rows.getManager(), Shapes.dtype(rows), rows.getShape().getShape());
    if (rows.size() > 0) {
      Tensors.copyInto(rows, copy);
    }
    return new GatheredRows(copy, new long[] {rows.getShape().get(0)});
  }

  @Override
  public long[] reduce(Reduction how, long... values) {
    return values.clone();
  }

  @Override
  public double[] reduce(Reduction how, double... values) {
    return values.clone();
  }

  @Override
  public byte[] broadcast(byte[] contents, int root) {
    Shapes.root(root, 1);
    return contents.clone();
  }

  @Override
  public List<byte[]> allGather(byte[] contents) {
    return List.of(contents.clone());
  }

  @Override
  public Traffic traffic() {
    return counter.now();
  }

  @Override
  public CommunicationException abort(String reason) {
    return new CommunicationException(reason);
  }

  @Override
  public void finish() {}
}
