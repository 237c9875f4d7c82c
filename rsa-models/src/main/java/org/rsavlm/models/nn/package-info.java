/**
 * What every model family is made of.
 *
 * <ul>
 *   <li>{@link org.rsavlm.models.nn.NamedBlock}: parameters under Hugging Face's names, of any
 *       type;
 *   <li>{@link org.rsavlm.models.nn.LayerStack} and {@link org.rsavlm.models.nn.DeferredBackward}:
 *       layers run one by one, and a forward pass whose backward waits, with or without activation
 *       checkpointing;
 *   <li>{@link org.rsavlm.models.nn.LanguageModel} and {@link org.rsavlm.models.nn.RotaryDecoder}:
 *       a decoder over packed samples ({@link org.rsavlm.models.nn.TokenLayout}), of which a family
 *       gives the layer; {@link org.rsavlm.models.nn.KeyValueCache} and {@link
 *       org.rsavlm.models.nn.LanguageHeadLoss} serve them all;
 *   <li>{@link org.rsavlm.models.nn.ImageEncoder}, {@link org.rsavlm.models.nn.TextEncoder}, {@link
 *       org.rsavlm.models.nn.DualEncoder}: models as measuring sees them;
 *   <li>{@link org.rsavlm.models.nn.SharedScripts}: norm, rotary positions and attention as texts
 *       that families' texts call.
 * </ul>
 */
@NullMarked
package org.rsavlm.models.nn;

import org.jspecify.annotations.NullMarked;
