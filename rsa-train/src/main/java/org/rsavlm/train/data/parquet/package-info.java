/**
 * Samples in Parquet files as the Hugging Face hub serves them, with random access to their images.
 *
 * <p>{@link org.rsavlm.train.data.parquet.ParquetShard} is one file. Its texts are small and are
 * read once, in order, as LLaVA's JSON. Its image bytes stay where they are: a page of the column
 * is found by walking the page headers of its row group, so that no page index is needed, and is
 * read and decompressed when one of its images is asked for; where the others lie is noted, so that
 * each can be read by itself from then on. {@link org.rsavlm.train.data.parquet.PageMemory} bounds
 * what that takes of the heap.
 *
 * <p>File format: apache/parquet-format, README.md, Encodings.md and LogicalTypes.md.
 */
@NullMarked
package org.rsavlm.train.data.parquet;

import org.jspecify.annotations.NullMarked;
