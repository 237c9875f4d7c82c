package org.rsavlm.train.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchMemory;

/** Checks arrays, counts bytes, and hands raw memory to the transport that can reach it. */
final class RankCommunicator implements Communicator {

  private final RankIdentity identity;
  private final Transport control;
  private final @Nullable Transport device;
  private final Traffic.Counter counter = new Traffic.Counter();
  private final HostValues values;
  private String[] hosts = {};

  /**
   * Joins transports.
   *
   * @param control for values on the host, and for CPU tensors where it is MPI
   * @param device for CUDA tensors; the same where there is no MPI; null without GPUs
   */
  RankCommunicator(RankIdentity identity, Transport control, @Nullable Transport device) {
    this.identity = identity;
    this.control = control;
    this.device = device;
    this.values = new HostValues(identity, control, counter);
  }

  /** The first collective: learns the machines of all ranks, so that messages can name them. */
  void meet() {
    withHosts(
        values.allGather(identity.host().getBytes(UTF_8)).stream()
            .map(name -> new String(name, UTF_8))
            .toArray(String[]::new));
  }

  String[] hosts() {
    return hosts;
  }

  RankCommunicator withHosts(String[] names) {
    hosts = names;
    control.hosts(names);
    return this;
  }

  @Override
  public RankIdentity identity() {
    return identity;
  }

  @Override
  public void barrier() {
    counter.add(Collective.BARRIER, 0);
    control.barrier().await();
  }

  @Override
  public void barrier(Duration longest) {
    counter.add(Collective.BARRIER, 0);
    control.barrier().await(longest);
  }

  @Override
  public void broadcast(NDArray array, int root) {
    Shapes.root(root, world());
    long bytes = Shapes.bytes(array);
    counter.add(Collective.BROADCAST, bytes);
    transport(array).broadcast(pointer(array), bytes, root).await();
  }

  @Override
  public Pending startAllReduce(NDArray array) {
    Transport transport = transport(array);
    ElementType type = ElementType.summable(Shapes.dtype(array));
    counter.add(Collective.ALL_REDUCE, Shapes.bytes(array));
    if (transport.sums(type)) {
      return transport.allReduce(pointer(array), array.size(), type, Reduction.SUM);
    }
    NDArray wide = Tensors.cast(array, TorchDtype.FLOAT32);
    Pending sum =
        transport.allReduce(pointer(wide), wide.size(), ElementType.FLOAT32, Reduction.SUM);
    return new After(sum, () -> copyAndClose(wide, array));
  }

  @Override
  public Pending startReduceScatter(NDArray whole, NDArray part) {
    Shapes.parts(whole, part, world());
    Transport transport = transport(whole);
    ElementType type = ElementType.summable(Shapes.dtype(whole));
    counter.add(Collective.REDUCE_SCATTER, Shapes.bytes(whole));
    if (transport.sums(type)) {
      return transport.reduceScatter(pointer(whole), pointer(part), part.size(), type);
    }
    NDArray wide = Tensors.cast(whole, TorchDtype.FLOAT32);
    NDArray widePart =
        Tensors.empty(part.getManager(), TorchDtype.FLOAT32, part.getShape().getShape());
    Pending sum =
        transport.reduceScatter(pointer(wide), pointer(widePart), part.size(), ElementType.FLOAT32);
    return new After(
        sum,
        () -> {
          wide.close();
          copyAndClose(widePart, part);
        });
  }

  private static void copyAndClose(NDArray source, NDArray target) {
    Tensors.copyInto(source, target);
    source.close();
  }

  @Override
  public Pending startAllGather(NDArray part, NDArray whole) {
    Shapes.parts(whole, part, world());
    counter.add(Collective.ALL_GATHER, Shapes.bytes(whole));
    return transport(part).allGather(pointer(part), pointer(whole), Shapes.bytes(part));
  }

  @Override
  public GatheredRows gatherRows(NDArray rows) {
    Shapes.rows(rows);
    Transport transport = transport(rows);
    TorchDtype dtype = Shapes.dtype(rows);
    RowCounts all = RowCounts.exchange(values, rows.getShape(), dtype);
    NDArray whole = Tensors.empty(rows.getManager(), dtype, all.sum(), all.columns());
    counter.add(Collective.ALL_GATHER, Shapes.bytes(whole));
    if (whole.size() > 0) {
      long[] bytes = all.bytes();
      transport.allGatherUneven(pointer(rows), pointer(whole), bytes).await();
    }
    return new GatheredRows(whole, all.counts());
  }

  @Override
  public long[] reduce(Reduction how, long... numbers) {
    return values.reduce(how, numbers);
  }

  @Override
  public double[] reduce(Reduction how, double... numbers) {
    return values.reduce(how, numbers);
  }

  @Override
  public byte[] broadcast(byte[] contents, int root) {
    Shapes.root(root, world());
    return values.broadcast(contents, root);
  }

  @Override
  public List<byte[]> allGather(byte[] contents) {
    return values.allGather(contents);
  }

  @Override
  public Traffic traffic() {
    return counter.now();
  }

  @Override
  public CommunicationException abort(String reason) {
    FailureReport.write(identity, reason);
    return control.end(FailureReport.STATUS);
  }

  @Override
  public void finish() {
    control.barrier().await();
    if (device != null && device != control) {
      device.finish();
    }
    control.finish();
  }

  private Transport transport(NDArray array) {
    boolean onDevice = array.getDevice().isGpu();
    if (onDevice && device == null) {
      throw new IllegalArgumentException(
          "an array on " + array.getDevice() + ", but the ranks were joined without NCCL");
    }
    if (!onDevice && control == device) {
      throw new IllegalArgumentException(
          "an array on the CPU, but the ranks were joined by NCCL alone: move it to the GPU");
    }
    return onDevice && device != null ? device : control;
  }

  private static Pointer pointer(NDArray array) {
    return array.size() == 0 ? Pointer.NULL : TorchMemory.pointer(array);
  }
}
