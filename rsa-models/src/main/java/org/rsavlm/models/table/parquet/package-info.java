/**
 * Rows of Parquet files as the Hugging Face hub serves them, with random access to image bytes.
 *
 * <p>{@link org.rsavlm.models.table.parquet.ParquetTable} is one file, read in order. Image bytes
 * can stay where they are, as {@link org.rsavlm.models.table.parquet.StoredBytes}: a page of the
 * column is found by walking the page headers of its row group, so that no page index is needed,
 * and is read and decompressed when one of its images is asked for; where the others lie is noted,
 * so that each can be read by itself from then on. {@link
 * org.rsavlm.models.table.parquet.PageMemory} bounds what that takes of the heap.
 *
 * <p>Nothing decodes a byte outside of {@code Guard}: a damaged file is always the user's to mend.
 *
 * <p>File format: apache/parquet-format, README.md, Encodings.md and LogicalTypes.md.
 */
@NullMarked
package org.rsavlm.models.table.parquet;

import org.jspecify.annotations.NullMarked;
