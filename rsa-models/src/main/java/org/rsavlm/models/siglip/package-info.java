/** The SigLIP vision tower: config, model, numerical text, names of weights. */
@NullMarked
package org.rsavlm.models.siglip;

import org.jspecify.annotations.NullMarked;
