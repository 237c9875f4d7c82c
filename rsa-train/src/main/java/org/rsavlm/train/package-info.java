@NullMarked
package org.rsavlm.train;

import org.jspecify.annotations.NullMarked;
