/** Results that others compute with: measures of a stage by seed, and their JSON. */
@NullMarked
package org.rsavlm.eval.result;

import org.jspecify.annotations.NullMarked;
