/** The Qwen2 and Qwen2.5 language models: config, model, numerical text, names of weights. */
@NullMarked
package org.rsavlm.models.qwen2;

import org.jspecify.annotations.NullMarked;
