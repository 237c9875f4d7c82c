package org.rsavlm.train.data;

import java.io.IOException;

/** The samples of one file, read one at a time. Safe for many threads. */
interface SampleStore extends AutoCloseable {

  int size();

  /** Reads and parses a sample; {@code index} counts from 0 in file order. */
  Entry read(int index) throws RejectedSampleException;

  /** Whether a sample states images, without parsing the rest; false where it can't be parsed. */
  boolean hasImages(int index);

  @Override
  void close() throws IOException;

  /** A sample with what its image names refer to. */
  record Entry(Sample sample, ImageStore images) {}
}
