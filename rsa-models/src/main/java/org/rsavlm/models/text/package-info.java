/**
 * From conversations to token ids and labels.
 *
 * <p>{@link org.rsavlm.models.text.Tokenizer} reads a checkpoint's {@code tokenizer.json} and turns
 * plain text into ids; text can never reach a special token through it. {@link
 * org.rsavlm.models.text.PromptTemplate} lays out a conversation, puts the special tokens and image
 * placeholders in and says which tokens are trained. Both follow LLaVA-NeXT's preprocessing; {@code
 * docs/prompts.md} lists the few intended differences.
 */
@NullMarked
package org.rsavlm.models.text;

import org.jspecify.annotations.NullMarked;
