/**
 * One step of training: a global batch in, gradients out.
 *
 * <p>{@link org.rsavlm.train.step.TrainingStep} is the place to start. It takes a batch in
 * micro-batches and leaves the gradient of Eq. 6 in the parameters, with the RSA loss over all
 * pairs of the whole batch; {@link org.rsavlm.train.optim.AdamW} then moves the parameters. {@link
 * org.rsavlm.train.step.BatchCounts} is what is known of a batch before its first forward. The step
 * takes the parts of a recipe that concern it, and knows nothing of files or schedules.
 */
@NullMarked
package org.rsavlm.train.step;

import org.jspecify.annotations.NullMarked;
