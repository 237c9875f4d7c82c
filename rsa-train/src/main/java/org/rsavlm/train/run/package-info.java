/**
 * Training as a recipe states it: from files to a trained model and its records on disk.
 *
 * <p>{@link org.rsavlm.train.run.TrainingRun} goes through the stages of a recipe; {@code
 * StageTrainer} runs one of them: data loader, step, optimiser, schedule, metrics. {@code RunStart}
 * finds where a run begins or goes on. {@link org.rsavlm.train.run.TrainingModel} is the model with
 * what belongs to it.
 */
@NullMarked
package org.rsavlm.train.run;

import org.jspecify.annotations.NullMarked;
