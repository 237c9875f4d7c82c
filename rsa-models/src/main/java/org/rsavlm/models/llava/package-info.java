/** LLaVA-OneVision: tower, projector and language model joined, and its directories on disk. */
@NullMarked
package org.rsavlm.models.llava;

import org.jspecify.annotations.NullMarked;
