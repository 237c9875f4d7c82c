/** The optimiser, its parameter groups and the schedule of learning rates. */
@NullMarked
package org.rsavlm.train.optim;

import org.jspecify.annotations.NullMarked;
