/**
 * What a recipe takes on a cluster, before anything runs: memory of a GPU by item, communication,
 * operations, step time and days.
 *
 * <p>{@link org.rsavlm.train.plan.Planner} is the place to start. {@code docs/scaling.md} has the
 * formulas with their sources, and how far measured runs agree. Of the recipe's records {@link
 * org.rsavlm.train.plan.PlannedStage} alone reads keys, so that a new one has one place here.
 */
@NullMarked
package org.rsavlm.train.plan;

import org.jspecify.annotations.NullMarked;
