@NullMarked
package org.rsavlm.eval;

import org.jspecify.annotations.NullMarked;
