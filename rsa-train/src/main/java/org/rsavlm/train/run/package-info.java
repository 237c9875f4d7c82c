/**
 * Training as a recipe states it: from files to a trained model and its records on disk.
 *
 * <p>{@link org.rsavlm.train.run.TrainingRun} goes through the stages of a recipe. {@code StageRun}
 * is one of them from its first step to its measures; in it {@code StageTrainer} opens data and
 * optimiser and {@code StageLoop} takes the steps. {@code RecordKeeper} knows what is behind and
 * puts it on disk; {@code RunStart} finds where a run begins or goes on. {@link
 * org.rsavlm.train.run.TrainingModel} is the model with what belongs to it.
 */
@NullMarked
package org.rsavlm.train.run;

import org.jspecify.annotations.NullMarked;
