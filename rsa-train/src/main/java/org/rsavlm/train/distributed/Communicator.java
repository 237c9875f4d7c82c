package org.rsavlm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.time.Duration;
import java.util.List;

/**
 * The ranks of a job, as one of them sees them.
 *
 * <p><b>All ranks make the same calls in the same order</b>, with the same shapes and types (row
 * counts of {@link #gatherRows} may differ). Nothing checks the order: ranks that differ wait for
 * each other until the deadline, or get each other's bytes. So no call may depend on what a rank's
 * samples hold: sum the counts first, branch on the sums, and let a rank without anything take part
 * with zeros (an array of zeros, or of no rows).
 *
 * <p>Every call has a deadline. A rank that waits longer ends the whole job, and says who did not
 * come; see {@link #abort(String)}. Work that one rank does alone for longer than that is followed
 * by {@link #barrier(Duration)}.
 *
 * <p>Arrays are contiguous and written in place, without a record for autograd. Any size will do.
 * Reductions take float32, float64, int64 and bfloat16 (on the CPU through a float32 copy); what
 * only moves may have any type. Calls may come from any thread, one at a time.
 */
public interface Communicator {

  /** Returns the communicator of a job of one rank, which needs neither MPI nor an engine. */
  static Communicator single() {
    return new SingleCommunicator();
  }

  /** Returns who this rank is. */
  RankIdentity identity();

  /** Returns this rank's number, from 0. */
  default int rank() {
    return identity().rank();
  }

  /** Returns the number of ranks. */
  default int world() {
    return identity().world();
  }

  /** Returns this rank's number among those of its machine, from 0: which GPU is its own. */
  default int localRank() {
    return identity().localRank();
  }

  /** Tells whether this is rank 0, which writes what is written once. */
  default boolean isRoot() {
    return rank() == 0;
  }

  /** Waits for all ranks. */
  void barrier();

  /**
   * Waits for all ranks with another deadline, for work that one rank does alone for long.
   *
   * @param longest how long to wait before the job is ended
   */
  void barrier(Duration longest);

  /** Overwrites an array by that of rank {@code root}. */
  void broadcast(NDArray array, int root);

  /** Overwrites an array by the sum over all ranks, the same bits on each. */
  default void allReduce(NDArray array) {
    startAllReduce(array).await();
  }

  /**
   * Begins {@link #allReduce}.
   *
   * @return what to wait for; the array stays open and untouched until then
   */
  Pending startAllReduce(NDArray array);

  /**
   * Sums over ranks and leaves to each rank its part: elements [rank · n, (rank + 1) · n) in
   * row-major order, where n is the part's size.
   *
   * @param whole read only; {@code world · n} elements
   * @param part overwritten, of the same type
   */
  default void reduceScatter(NDArray whole, NDArray part) {
    startReduceScatter(whole, part).await();
  }

  /** Begins {@link #reduceScatter}; as {@link #startAllReduce}. */
  Pending startReduceScatter(NDArray whole, NDArray part);

  /**
   * Joins the parts of all ranks in their order.
   *
   * @param part read only; n elements
   * @param whole overwritten; {@code world · n} elements of the same type. The part may be a view
   *     of its own place there
   */
  default void allGather(NDArray part, NDArray whole) {
    startAllGather(part, whole).await();
  }

  /** Begins {@link #allGather}; as {@link #startAllReduce}. */
  Pending startAllGather(NDArray part, NDArray whole);

  /**
   * Joins rows of all ranks in their order, also where their numbers differ.
   *
   * @param rows [n, d], n of this rank alone and perhaps 0, d and type the same on all ranks
   */
  GatheredRows gatherRows(NDArray rows);

  /** Returns each value summed, or as {@code how} says, over ranks; a few values on the host. */
  long[] reduce(Reduction how, long... values);

  /** As {@link #reduce(Reduction, long...)}; sums have the same bits on all ranks. */
  double[] reduce(Reduction how, double... values);

  /**
   * Returns the bytes of rank {@code root} on all ranks.
   *
   * @param contents what root sends; not looked at elsewhere
   */
  byte[] broadcast(byte[] contents, int root);

  /** Returns the bytes of every rank, by rank; lengths may differ. */
  List<byte[]> allGather(byte[] contents);

  /** Returns what this rank has handed over until now. */
  Traffic traffic();

  /**
   * Ends the job on all ranks with a non-zero status, after a last line on stderr that names this
   * rank, its machine and the reason. Does not return where there is more than one rank.
   *
   * @param reason what happened, with the sample's id where there is one
   * @return to be thrown, in a job of one rank
   */
  CommunicationException abort(String reason);

  /** As {@link #abort(String)}, with a failure for the reason. */
  default CommunicationException abort(Throwable failure) {
    CommunicationException end = abort(FailureReport.reason(failure));
    end.initCause(failure);
    return end;
  }

  /**
   * Leaves the job, as the last collective: all ranks call it after success. After a failure call
   * {@link #abort(Throwable)} instead, since the others may never come here.
   */
  void finish();
}
