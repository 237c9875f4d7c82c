/**
 * The paper's tables and figures with our measures beside them.
 *
 * <p>A {@link org.rsavlm.eval.study.Study} is a table of the paper in {@code studies.json}: its
 * rows, their numbers, and the key by which runs are put beside a row. {@link
 * org.rsavlm.eval.study.RunReader} reads what runs have measured, {@link
 * org.rsavlm.eval.study.StudyReport} puts both together and writes Markdown, JSON and a page.
 */
@NullMarked
package org.rsavlm.eval.study;

import org.jspecify.annotations.NullMarked;
