/**
 * What every model family is made of: blocks whose parameters carry Hugging Face's names, stacks of
 * layers and passes through them, packed attention, rotary positions, the language head's loss.
 */
@NullMarked
package org.rsavlm.models.nn;

import org.jspecify.annotations.NullMarked;
