/**
 * What a run leaves behind so that it can be watched and repeated: a line of numbers a step ({@link
 * org.rsavlm.train.monitor.MetricsLog}) and the record of what it was made from ({@link
 * org.rsavlm.train.monitor.Provenance}).
 */
@NullMarked
package org.rsavlm.train.monitor;

import org.jspecify.annotations.NullMarked;
