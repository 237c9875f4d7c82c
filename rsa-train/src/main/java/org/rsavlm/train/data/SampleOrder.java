package org.rsavlm.train.data;

/** In which order an epoch visits the samples of a mixture. Safe for many threads. */
@FunctionalInterface
interface SampleOrder {

  /** As the files have them, the same every epoch. */
  SampleOrder FILE = (epoch, position) -> position;

  /** Index in the mixture of the sample at a position of an epoch. */
  int at(int epoch, int position);

  /** A permutation by seed and epoch. */
  static SampleOrder shuffled(int size, long seed) {
    return (epoch, position) -> (int) new Permutation(size, seed, epoch).at(position);
  }
}
