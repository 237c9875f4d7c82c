/**
 * Model directories in Hugging Face layout: weights as safetensors, settings as JSON.
 *
 * <p>{@link org.rsavlm.models.hub.SafetensorsReader} opens one file or a sharded directory and
 * reads tensors by name; {@link org.rsavlm.models.hub.SafetensorsWriter} writes them byte for byte
 * as Python's library does. {@link org.rsavlm.models.hub.HfDirectory} finds the files of a model
 * directory, and {@link org.rsavlm.models.hub.JsonConfig} reads its settings with errors that name
 * file and key. All input is untrusted: what does not fit is a {@link
 * org.rsavlm.core.UserException} that names the file and the tensor or key.
 */
@NullMarked
package org.rsavlm.models.hub;

import org.jspecify.annotations.NullMarked;
