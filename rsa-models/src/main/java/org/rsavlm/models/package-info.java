@NullMarked
package org.rsavlm.models;

import org.jspecify.annotations.NullMarked;
