package org.rsavlm.train.config;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Samples in LLaVA's format.
 *
 * @param jsonPath a {@code .json}, {@code .jsonl} or {@code .parquet} file, a directory of such, or
 *     a glob such as {@code data/train-*.parquet}; or a {@code .yaml} mixture of such sources as
 *     LLaVA-NeXT writes them
 * @param imagesDir base of the samples' image paths; absent: the directory of {@code jsonPath}.
 *     Images whose bytes are in a Parquet file need none
 * @param samplingStrategy {@code all}, {@code first:N}, {@code end:N} or {@code random:N}; N is a
 *     count or a percentage such as {@code 10%}, rounded up
 * @param rsa whether the samples are image-caption pairs, which the RSA loss may use
 * @param name in logs and reports; empty: the file's name without its ending
 * @param columns names of columns; absent: the usual ones
 */
public record SourceRecipe(
    Path jsonPath,
    @Nullable Path imagesDir,
    @Default("all") String samplingStrategy,
    @Default("false") boolean rsa,
    @Default("''") String name,
    @Nullable ColumnsRecipe columns) {

  private static final Pattern STRATEGY =
      Pattern.compile("all|(first|end|random):(\\d+|\\d+(\\.\\d+)?%)");

  /** Checks the strategy and fills in the name. */
  public SourceRecipe {
    Check.that(
        STRATEGY.matcher(samplingStrategy).matches(),
        "sampling_strategy",
        samplingStrategy,
        "all, first:N, end:N or random:N, where N is a count or a percentage");
    if (name.isEmpty()) {
      name = String.valueOf(jsonPath.getFileName()).replaceFirst("(?<=.)\\.[^.]*$", "");
    }
  }

  /**
   * Whether the RSA loss may find samples here; the sources of a mixture file say for themselves.
   */
  boolean mayHoldPairs() {
    return rsa || jsonPath.toString().matches(".*\\.ya?ml");
  }
}
