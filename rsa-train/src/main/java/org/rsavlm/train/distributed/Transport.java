package org.rsavlm.train.distributed;

import com.sun.jna.Pointer;

/**
 * Moves raw memory between ranks. Calls return at once; counts have no limit. Pointers of nothing
 * may be null.
 */
interface Transport {

  /** What it is, for messages. */
  String name();

  /** Tells whether it can sum elements of a type. */
  boolean sums(ElementType type);

  /** Memory for small values that this transport can reach. */
  Staging stage(long bytes);

  Operation barrier();

  Operation broadcast(Pointer buffer, long bytes, int root);

  /** In place. */
  Operation allReduce(Pointer buffer, long count, ElementType type, Reduction how);

  /**
   * Sums parts of {@code count} elements each.
   *
   * @param whole {@code world · count} elements
   */
  Operation reduceScatter(Pointer whole, Pointer part, long count, ElementType type);

  /** Joins parts of {@code bytes} each; the part may lie at its place in the whole. */
  Operation allGather(Pointer part, Pointer whole, long bytes);

  /** Joins parts of unequal sizes, given in bytes by rank. */
  Operation allGatherUneven(Pointer part, Pointer whole, long[] bytes);

  /** Ends the job, after the reason has been told. Does not return. */
  CommunicationException end(int status);

  /** Tells the machines of the ranks, by rank, for messages. */
  void hosts(String[] hosts);

  /** Leaves, after all ranks have said that they do. */
  void finish();
}
