/**
 * Text from a vision-language model.
 *
 * <p>{@link org.rsavlm.models.generation.Generator} continues a batch of prompts with a cache of
 * keys and values; {@link org.rsavlm.models.generation.GenerationOptions} says how the next token
 * is chosen, with the meaning that Hugging Face transformers gives the same names.
 */
@NullMarked
package org.rsavlm.models.generation;

import org.jspecify.annotations.NullMarked;
