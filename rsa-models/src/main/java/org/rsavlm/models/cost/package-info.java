/**
 * What a model costs, from its config alone: parameters, floating-point operations and what
 * backward keeps. Nothing is allocated and no engine is started.
 *
 * <p>{@link org.rsavlm.models.cost.VlmCost} is the place to start. Tests hold the counts against
 * the declared models and against PyTorch's own counter. Counts of operations are of matrix
 * products alone, two for each multiply and add; norms, activations and softmax are left out, as
 * usual (Chowdhery et al., "PaLM", 2022, appendix B).
 */
@NullMarked
package org.rsavlm.models.cost;

import org.jspecify.annotations.NullMarked;
