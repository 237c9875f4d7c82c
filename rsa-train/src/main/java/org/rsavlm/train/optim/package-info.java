/**
 * The optimiser, its parameter groups and the schedule of learning rates.
 *
 * <p>{@link org.rsavlm.train.optim.AdamW#step} takes the gradient's norm over all groups and then
 * updates one group after the other; {@code AdamWState} is what it keeps of each parameter.
 */
@NullMarked
package org.rsavlm.train.optim;

import org.jspecify.annotations.NullMarked;
