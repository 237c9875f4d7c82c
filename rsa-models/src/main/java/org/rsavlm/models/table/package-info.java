/**
 * Rows of data sets on the local disk, in the column layouts that they have on the Hugging Face
 * hub: for training, for measuring and for benchmarks.
 *
 * <p>{@link org.rsavlm.models.table.TableFiles} finds files of Parquet, JSON and JSON lines and
 * opens them in order ({@link org.rsavlm.models.table.RowSource}) or for any row at any time
 * ({@link org.rsavlm.models.table.IndexedRows}). A {@link org.rsavlm.models.table.Row} answers for
 * its columns by type. {@link org.rsavlm.models.table.RowColumns} says which columns hold a
 * conversation, a caption or a question with its images; a new layout is a {@link
 * org.rsavlm.models.table.RowForm} more there. {@link org.rsavlm.models.table.ImageDirectory} is
 * the one place where a path of a data file becomes a file.
 *
 * <p>A row that can't be used is an {@link org.rsavlm.models.table.UnusableRowException}; whoever
 * reads many rows counts those. Every other {@link org.rsavlm.core.UserException} is about the file
 * and ends the reading.
 */
@NullMarked
package org.rsavlm.models.table;

import org.jspecify.annotations.NullMarked;
