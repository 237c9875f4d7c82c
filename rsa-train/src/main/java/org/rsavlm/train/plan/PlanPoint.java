package org.rsavlm.train.plan;

/**
 * A stage on so many GPUs.
 *
 * @param gpus ranks, one a GPU
 * @param batch samples a step
 * @param share samples of the rank that has most: the step waits for it
 * @param memory of that rank
 * @param largestMicroBatch the most samples of a forward pass that fit; 0 where not even one does
 * @param traffic what a rank sends in a step
 * @param seconds of a step
 * @param communicationSeconds of them for communication that nothing hides
 * @param mfu share of the GPUs' peak that goes into the model's operations
 */
record PlanPoint(
    int gpus,
    int batch,
    int share,
    MemoryPlan memory,
    int largestMicroBatch,
    Traffic traffic,
    double seconds,
    double communicationSeconds,
    double mfu) {

  /** Samples that a GPU takes in a second. */
  double samplesPerSecondAndGpu() {
    return batch / seconds / gpus;
  }
}
