package org.rsavlm.train.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A stage that is behind.
 *
 * @param stage its name in the recipe
 * @param steps taken
 * @param textScale the constant that scale matching settled on; 1 without
 * @param evaluation its line of {@code evaluation.jsonl}; null where nothing was measured
 */
public record FinishedState(
    String stage, long steps, double textScale, @Nullable ObjectNode evaluation) {}
