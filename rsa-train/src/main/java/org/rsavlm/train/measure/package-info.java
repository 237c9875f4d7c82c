/**
 * What a stage has come to, on held-out data.
 *
 * <p>{@link org.rsavlm.train.measure.HeldOutEvaluator} goes once over image-caption pairs and gives
 * language modelling loss, RSA loss and the alignment of all layers; {@link
 * org.rsavlm.train.measure.QuestionEvaluator} asks questions about pictures and counts right
 * answers. Both give their figures to the report under the keys of {@link
 * org.rsavlm.eval.result.Measure}.
 */
@NullMarked
package org.rsavlm.train.measure;

import org.jspecify.annotations.NullMarked;
