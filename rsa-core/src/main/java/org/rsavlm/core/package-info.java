@NullMarked
package org.rsavlm.core;

import org.jspecify.annotations.NullMarked;
