/**
 * The engine seam: the only package that knows DJL's PyTorch engine.
 *
 * <p>DJL's NDArray API alone cannot train a vision-language model: it knows no bfloat16, no fused
 * attention, casts cut the gradient, and each small operation is a call of its own. So numerical
 * blocks are TorchScript text, kept as a resource file beside the class that owns them and loaded
 * by {@link org.rsavlm.core.torch.TorchScript}; a transformer layer is one call, with autograd.
 * Java owns parameters, data flow, memory and the schedule. Everything outside this package sees
 * {@code NDArray} and {@code NDManager} only.
 *
 * <ul>
 *   <li>{@link org.rsavlm.core.torch.TorchScript} loads script text and calls its methods;
 *   <li>{@link org.rsavlm.core.torch.GradMode} switches recording for a block of code;
 *   <li>{@link org.rsavlm.core.torch.Autograd} runs backward, also from an upstream gradient;
 *   <li>{@link org.rsavlm.core.torch.TorchDtype} and {@link org.rsavlm.core.torch.Tensors} create
 *       and cast arrays, bfloat16 included;
 *   <li>{@link org.rsavlm.core.torch.TorchMemory} gives raw pointers;
 *   <li>{@link org.rsavlm.core.torch.TorchRuntime} seeds, sets threads and tells peak memory.
 * </ul>
 */
@NullMarked
package org.rsavlm.core.torch;

import org.jspecify.annotations.NullMarked;
