/**
 * Models in Hugging Face layout: what they are made of, how they are joined, read and written.
 *
 * <ul>
 *   <li>{@code nn}: what every family is made of. Blocks with Hugging Face's parameter names,
 *       stacks of layers, packed attention, rotary positions, the language head's loss, the
 *       interfaces {@link org.rsavlm.models.nn.LanguageModel} and {@link
 *       org.rsavlm.models.nn.DualEncoder}, and the numerical texts that families share ({@link
 *       org.rsavlm.models.nn.SharedScripts});
 *   <li>{@code qwen2}, {@code siglip}: a folder a family. Families don't know each other;
 *   <li>{@code llava}: tower, projector and language model joined, their directories, and {@link
 *       org.rsavlm.models.llava.LoadedVlm}, with which commands open one;
 *   <li>{@code hub}, {@code text}, {@code image}, {@code table}, {@code generation}: weights and
 *       configs, tokenizer and prompts, pixels, rows of data, decoding.
 * </ul>
 *
 * <h2>Adding a family</h2>
 *
 * One folder, named as Hugging Face names the {@code model_type}, with the same set of files as the
 * others:
 *
 * <ol>
 *   <li><b>Config</b>: a record with {@code from(JsonConfig)}, which reads {@code config.json} with
 *       transformers' defaults and refuses what it can't do; a language model's implements {@link
 *       org.rsavlm.models.nn.DecoderConfig}.
 *   <li><b>Text</b>: {@code name.py} in the resources of the same package. A decoder gives the two
 *       functions that {@code nn/decoder.py} asks for ({@code heads_of}, {@code after_attention}),
 *       calling its own helpers as {@code __torch__.block.f}; an encoder gives a class with {@code
 *       embed} and {@code layer}. Norm, rotary positions and attention are called from the shared
 *       texts, not copied.
 *   <li><b>Model</b>: extends {@link org.rsavlm.models.nn.RotaryDecoder}, or {@link
 *       org.rsavlm.models.nn.NamedBlock} as an {@link org.rsavlm.models.nn.ImageEncoder}; declares
 *       its parameters under the published names.
 *   <li><b>Names</b>: how other versions of the libraries call the tensors, brought to the
 *       published names; {@link org.rsavlm.models.hub.WeightLoader} compares names and shapes and
 *       copies.
 *   <li><b>Test</b>: a small random model made by transformers ({@code src/test/python}) whose
 *       every hidden state and gradient the new one equals, in float64 to 1e-9.
 * </ol>
 *
 * That is all for measuring: {@code eval.probe} takes any {@link org.rsavlm.models.nn.DualEncoder}.
 * A language model that is to be trained inside LLaVA adds a line to {@code
 * llava.LanguageFamilies}. {@code NewFamilyTest} of rsa-eval is such a folder, a DINOv2 tower in
 * test sources.
 */
@NullMarked
package org.rsavlm.models;

import org.jspecify.annotations.NullMarked;
