package org.rsavlm.train.compare;

import java.util.List;
import org.rsavlm.train.run.RunDirectory;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

/**
 * One arm at one seed.
 *
 * @param arm how it was trained
 * @param seed of the run
 * @param files of the run
 * @param stages with their measures
 */
record ArmRun(Arm arm, long seed, RunDirectory files, List<FinishedStage> stages) {}
