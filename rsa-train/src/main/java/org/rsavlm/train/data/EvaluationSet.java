package org.rsavlm.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.rsavlm.core.UserException;

/**
 * Held-out image-caption pairs, read as training samples are but in file order: the first ones that
 * are usable, the same every time.
 */
public final class EvaluationSet implements AutoCloseable {

  private final Mixture mixture;
  private final SamplePreparer preparer;
  private final int samples;
  private final int workers;
  private final double maxRejectedShare;

  /**
   * Opens and indexes the file.
   *
   * @param source the pairs; taken as RSA pairs whatever the source's flag says
   * @param preparer makes them ready
   * @param samples how many to use at most
   * @param workers threads that prepare samples
   * @param maxRejectedShare share of unusable samples, 0 to 1, above which reading fails
   */
  public EvaluationSet(
      SampleSource source,
      SamplePreparer preparer,
      int samples,
      int workers,
      double maxRejectedShare) {
    if (samples < 1) {
      throw new UserException("evaluation.samples", "is " + samples, "must be at least 1");
    }
    mixture = Mixture.open(List.of(source.withRsa(true)), 0);
    this.preparer = preparer;
    this.samples = samples;
    this.workers = workers;
    this.maxRejectedShare = maxRejectedShare;
  }

  /**
   * Goes through the set once.
   *
   * @param batchSize samples in a batch; the last one may be smaller
   * @param use is called with each batch, in the calling thread
   * @return how many samples there were
   * @throws UserException if more samples than allowed can't be used, or none is an image-caption
   *     pair
   */
  public int forEachBatch(int batchSize, Consumer<List<PreparedSample>> use) {
    RejectionLog log = new RejectionLog(null, maxRejectedShare);
    int count = 0;
    List<PreparedSample> batch = new ArrayList<>();
    try (PreparedStream stream =
        new PreparedStream(mixture, i -> i, mixture.size(), preparer, workers, 2 * batchSize)) {
      while (stream.hasNext() && count < samples) {
        PreparedStream.Item item = stream.next();
        if (item instanceof PreparedStream.Usable usable) {
          log.accept();
          batch.add(usable.sample());
          count++;
        } else if (item instanceof PreparedStream.Unusable unusable) {
          log.reject(unusable.rejection());
        }
        log.check(false);
        if (batch.size() == batchSize) {
          use.accept(List.copyOf(batch));
          batch.clear();
        }
      }
    }
    log.check(true);
    if (!batch.isEmpty()) {
      use.accept(List.copyOf(batch));
    }
    if (count == 0) {
      throw log.tooMany();
    }
    return count;
  }

  @Override
  public void close() {
    mixture.close();
  }
}
