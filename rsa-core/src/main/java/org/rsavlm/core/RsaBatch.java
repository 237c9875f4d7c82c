package org.rsavlm.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

/**
 * RSA over a batch that is computed in micro-batches, exactly.
 *
 * <p>Eq. 5 compares all pairs of the batch, so its gradient is not the sum of the micro-batches'
 * own. Two phases give it: first every micro-batch's pooled rows are added; then the loss is
 * evaluated once over all rows, and each micro-batch's rows get their part of the gradient.
 *
 * <pre>{@code
 * try (RsaBatch batch = new RsaBatch(manager)) {
 *   for (…) { batch.add(visionRows, textRows); }      // phase 1
 *   double loss = batch.evaluate(rsa).loss();
 *   for (int i = 0; …) { batch.backward(i, visionRows, textRows); } // phase 2, times lambda
 * }
 * }</pre>
 *
 * <p>Any split of the same rows gives the same gradient up to rounding. Not thread-safe.
 */
public final class RsaBatch implements AutoCloseable {

  private final NDManager manager;
  private final RowGather gather;
  private final NDList vision = new NDList();
  private final NDList text = new NDList();
  private final List<Long> offsets = new ArrayList<>(List.of(0L));
  private @Nullable RsaLoss loss;
  private @Nullable RsaEvaluation evaluation;
  private long ownOffset;

  /**
   * Starts an empty batch.
   *
   * @param parent the batch keeps its rows in a sub-manager of this one
   */
  public RsaBatch(NDManager parent) {
    this(parent, RowGather.ALONE);
  }

  /**
   * Starts an empty batch that spans several processes. Each adds at least one micro-batch, without
   * rows if it has none, and all evaluate together; each gets the gradient of its own rows.
   *
   * @param parent the batch keeps its rows in a sub-manager of this one
   * @param gather joins the rows of all
   */
  public RsaBatch(NDManager parent, RowGather gather) {
    manager = parent.newSubManager();
    this.gather = gather;
  }

  /**
   * Adds a micro-batch's pooled rows; they are copied in float64, so the originals may be freed.
   *
   * @param visionRows [n, dv], n at least 0
   * @param textRows [n, dt]
   * @return the micro-batch's number for {@link #backward}
   * @throws IllegalArgumentException if the sides differ in their number of rows
   */
  public int add(NDArray visionRows, NDArray textRows) {
    if (evaluation != null) {
      throw new IllegalStateException("the batch was evaluated already; start a new one");
    }
    if (visionRows.getShape().get(0) != textRows.getShape().get(0)) {
      throw new IllegalArgumentException(
          visionRows.getShape().get(0)
              + " vision rows but "
              + textRows.getShape().get(0)
              + " text rows: each image needs its caption");
    }
    try (GradMode off = GradMode.disabled()) {
      vision.add(copy(visionRows));
      text.add(copy(textRows));
    }
    offsets.add(offsets.get(offsets.size() - 1) + visionRows.getShape().get(0));
    return offsets.size() - 2;
  }

  private NDArray copy(NDArray rows) {
    NDArray copy = Tensors.empty(manager, TorchDtype.FLOAT64, rows.getShape().getShape());
    Tensors.copyInto(rows, copy);
    return copy;
  }

  /** Returns the number of rows that this process added. */
  public long size() {
    return offsets.get(offsets.size() - 1);
  }

  /**
   * Returns all vision rows, [N, dv] in float64, owned by the batch; at least one must be there.
   */
  public NDArray visionRows() {
    return NDArrays.concat(vision);
  }

  /** Returns all text rows, [N, dt] in float64, owned by the batch; at least one must be there. */
  public NDArray textRows() {
    return NDArrays.concat(text);
  }

  /**
   * Evaluates the loss over all rows.
   *
   * @param rsa the loss; its lambda multiplies what {@link #backward} passes on
   * @return the loss with its gradients, owned by the batch
   * @throws IllegalStateException if no process added a row
   * @throws NonFiniteRowException if a value is not finite; its row is counted over the whole batch
   */
  public RsaEvaluation evaluate(RsaLoss rsa) {
    if (vision.isEmpty()) {
      throw new IllegalStateException("no rows were added to the batch");
    }
    try (NDArray ownVision = visionRows();
        NDArray ownText = textRows()) {
      RowGather.Joined v = gather.gather(ownVision);
      RowGather.Joined t = gather.gather(ownText);
      if (v.rows().getShape().get(0) == 0) {
        throw new IllegalStateException("no rows were added to the batch");
      }
      ownOffset = v.offset();
      loss = rsa;
      evaluation = rsa.evaluate(manager, v.rows(), t.rows());
      return evaluation;
    }
  }

  /**
   * Runs backward from a micro-batch's rows with lambda times their part of the gradient.
   *
   * @param index what {@link #add} returned
   * @param visionRows the same rows, with their graph
   * @param textRows the same rows; without a graph (a frozen text side) they are left alone
   */
  public void backward(int index, NDArray visionRows, NDArray textRows) {
    backward(visionRows, visionGradient(index, TorchDtype.of(visionRows)));
    backward(textRows, textGradient(index, TorchDtype.of(textRows)));
  }

  private static void backward(NDArray rows, NDArray gradient) {
    try (gradient) {
      if (Autograd.requiresGradient(rows)) {
        Autograd.backward(rows, gradient);
      }
    }
  }

  /**
   * Returns lambda times the gradient by a micro-batch's vision rows.
   *
   * @param index what {@link #add} returned
   * @param dtype the wanted type
   * @return [n, dv], owned by the batch
   */
  public NDArray visionGradient(int index, TorchDtype dtype) {
    return slice(evaluated().visionGradient(), index, dtype);
  }

  /** As {@link #visionGradient}, of the text rows. */
  public NDArray textGradient(int index, TorchDtype dtype) {
    return slice(evaluated().textGradient(), index, dtype);
  }

  private RsaEvaluation evaluated() {
    if (evaluation == null) {
      throw new IllegalStateException("evaluate the batch before its gradients");
    }
    return evaluation;
  }

  private NDArray slice(NDArray gradient, int index, TorchDtype dtype) {
    RsaLoss rsa = loss;
    if (rsa == null) {
      throw new IllegalStateException("evaluate the batch before its gradients");
    }
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      NDArray rows =
          gradient.get(
              scratch,
              new NDIndex(
                  "{}:{}", ownOffset + offsets.get(index), ownOffset + offsets.get(index + 1)));
      rows.attach(scratch);
      NDArray result = Tensors.cast(rows.mul(rsa.lambda()), dtype);
      result.attach(manager);
      return result;
    }
  }

  /** Frees the rows and gradients. */
  @Override
  public void close() {
    manager.close();
  }
}
