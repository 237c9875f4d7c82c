/**
 * What RSA does: the same recipe trained with and without it, over seeds, measured alike and put
 * into one report. {@link org.rsavlm.train.compare.Comparison} is the quickstart's main part.
 */
@NullMarked
package org.rsavlm.train.compare;

import org.jspecify.annotations.NullMarked;
