package org.rsavlm.train.distributed;

import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.torch.TorchDtype;

/**
 * What each rank brings to a joining of rows.
 *
 * @param counts rows by rank
 * @param columns of all
 * @param rowBytes the size of a row
 */
record RowCounts(long[] counts, long columns, long rowBytes) {

  /** Tells the others, and checks that width and type are the same everywhere. */
  static RowCounts exchange(HostValues values, Shape shape, TorchDtype dtype) {
    long columns = shape.get(1);
    ByteBuffer mine = ByteBuffer.allocate(3 * Long.BYTES);
    mine.putLong(shape.get(0)).putLong(columns).putLong(dtype.code());
    List<byte[]> all = values.allGatherEqual(mine.array());
    long[] counts = new long[all.size()];
    for (int rank = 0; rank < counts.length; rank++) {
      ByteBuffer other = ByteBuffer.wrap(all.get(rank));
      counts[rank] = other.getLong();
      long width = other.getLong();
      long code = other.getLong();
      if (width != columns || code != dtype.code()) {
        throw new IllegalArgumentException(
            "rank %d has rows of %d values of torch type %d, this rank of %d values of type %d"
                .formatted(rank, width, code, columns, dtype.code()));
      }
    }
    return new RowCounts(counts, columns, columns * dtype.bytes());
  }

  long sum() {
    return Arrays.stream(counts).sum();
  }

  /** Bytes by rank. */
  long[] bytes() {
    return Arrays.stream(counts).map(count -> Math.multiplyExact(count, rowBytes)).toArray();
  }
}
