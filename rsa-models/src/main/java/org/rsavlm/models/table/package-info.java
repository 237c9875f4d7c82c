/**
 * Rows of data sets on the local disk, in the column layout that they have on the Hugging Face hub.
 *
 * <p>{@link org.rsavlm.models.table.TableFiles} opens Parquet, JSON and JSON lines; a {@link
 * org.rsavlm.models.table.Row} answers for its columns by type and with images decoded.
 */
@NullMarked
package org.rsavlm.models.table;

import org.jspecify.annotations.NullMarked;
