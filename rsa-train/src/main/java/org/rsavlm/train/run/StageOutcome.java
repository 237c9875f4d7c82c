package org.rsavlm.train.run;

/**
 * How a stage ended.
 *
 * @param steps taken, those of earlier sessions included
 * @param complete whether it reached its end; otherwise it was asked to stop
 * @param textScale the constant that scale matching settled on; 1 without
 */
public record StageOutcome(long steps, boolean complete, double textScale) {}
