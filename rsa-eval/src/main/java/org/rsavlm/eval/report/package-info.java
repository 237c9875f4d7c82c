/**
 * What a pair of training runs did, as one page to read and one file to compute with.
 *
 * <p>Fill a {@link org.rsavlm.eval.report.RunReport} and hand it to {@link
 * org.rsavlm.eval.report.ReportFiles#write}: it writes {@code report.html}, which needs nothing but
 * a browser, and {@code report.json}. Gains and losses are shown alike.
 */
@NullMarked
package org.rsavlm.eval.report;

import org.jspecify.annotations.NullMarked;
