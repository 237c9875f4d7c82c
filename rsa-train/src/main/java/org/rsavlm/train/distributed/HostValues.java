package org.rsavlm.train.distributed;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collectives on Java values: copied to memory that the transport reaches, and back. */
final class HostValues {

  private final RankIdentity identity;
  private final Transport transport;
  private final Traffic.Counter counter;

  HostValues(RankIdentity identity, Transport transport, Traffic.Counter counter) {
    this.identity = identity;
    this.transport = transport;
    this.counter = counter;
  }

  long[] reduce(Reduction how, long... numbers) {
    ByteBuffer bytes = buffer(numbers.length);
    bytes.asLongBuffer().put(numbers);
    reduce(bytes, ElementType.INT64, how);
    long[] result = new long[numbers.length];
    bytes.asLongBuffer().get(result);
    return result;
  }

  double[] reduce(Reduction how, double... numbers) {
    ByteBuffer bytes = buffer(numbers.length);
    bytes.asDoubleBuffer().put(numbers);
    reduce(bytes, ElementType.FLOAT64, how);
    double[] result = new double[numbers.length];
    bytes.asDoubleBuffer().get(result);
    return result;
  }

  private void reduce(ByteBuffer bytes, ElementType type, Reduction how) {
    int size = bytes.capacity();
    counter.add(Collective.ALL_REDUCE, size);
    try (Staging staging = transport.stage(size)) {
      staging.write(0, bytes.array());
      transport.allReduce(staging.pointer(), size / type.bytes(), type, how).await();
      bytes.put(0, staging.read(0, size));
    }
  }

  byte[] broadcast(byte[] contents, int root) {
    long length = identity.rank() == root ? contents.length : 0;
    int size = length(root, reduce(Reduction.SUM, length)[0]);
    counter.add(Collective.BROADCAST, size);
    try (Staging staging = transport.stage(size)) {
      if (identity.rank() == root) {
        staging.write(0, contents);
      }
      transport.broadcast(staging.pointer(), size, root).await();
      return staging.read(0, size);
    }
  }

  List<byte[]> allGather(byte[] contents) {
    byte[] mine = buffer(1).putLong(0, contents.length).array();
    List<byte[]> sizes = allGatherEqual(mine);
    long[] lengths = new long[sizes.size()];
    long sum = 0;
    for (int rank = 0; rank < lengths.length; rank++) {
      lengths[rank] = length(rank, wrap(sizes.get(rank)).getLong());
      sum += lengths[rank];
    }
    counter.add(Collective.ALL_GATHER, sum);
    try (Staging part = transport.stage(contents.length);
        Staging whole = transport.stage(sum)) {
      part.write(0, contents);
      transport.allGatherUneven(part.pointer(), whole.pointer(), lengths).await();
      return cut(whole, lengths);
    }
  }

  /** As {@link #allGather}, where lengths are known to be the same. */
  List<byte[]> allGatherEqual(byte[] contents) {
    long[] lengths = new long[identity.world()];
    Arrays.fill(lengths, contents.length);
    long sum = (long) contents.length * lengths.length;
    counter.add(Collective.ALL_GATHER, sum);
    try (Staging part = transport.stage(contents.length);
        Staging whole = transport.stage(sum)) {
      part.write(0, contents);
      Pointer to = whole.pointer();
      transport.allGather(part.pointer(), to, contents.length).await();
      return cut(whole, lengths);
    }
  }

  private static int length(int rank, long told) {
    if (told < 0 || told > Integer.MAX_VALUE) {
      throw new CommunicationException(
          "rank %d tells a length of %d: it is in another collective".formatted(rank, told));
    }
    return (int) told;
  }

  private static List<byte[]> cut(Staging whole, long[] lengths) {
    List<byte[]> parts = new ArrayList<>();
    long offset = 0;
    for (long length : lengths) {
      parts.add(whole.read(offset, Math.toIntExact(length)));
      offset += length;
    }
    return List.copyOf(parts);
  }

  /** In the order of the machine, as the transport reads numbers. */
  private static ByteBuffer buffer(int numbers) {
    return wrap(new byte[Math.multiplyExact(numbers, Long.BYTES)]);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
