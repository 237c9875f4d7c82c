package org.rsavlm.train.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.probe.PairGatherer;
import org.rsavlm.eval.probe.PairSource;
import org.rsavlm.models.table.RowColumns;
import picocli.CommandLine.Option;

/** Which image-caption pairs a model is measured on; mix it in. */
final class PairOptions {

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "image-caption set: .parquet, .jsonl or .json, a directory of them, or a glob")
  private @Nullable Path data;

  @Option(
      names = "--columns",
      paramLabel = "NAMES",
      description =
          "llava, coco, flickr30k, wit, the two columns as IMAGE,CAPTION, or by a recipe's keys as"
              + " image=COLUMN,conversations=COLUMN (default: recognised by the first row)")
  private @Nullable String columns;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "what image paths are relative to (default: each data file's directory)")
  private @Nullable Path images;

  @Option(
      names = "--captions",
      paramLabel = "WHICH",
      description =
          "of an image with several: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); random is one"
              + " caption for each image, the same in all draws")
  private PairSource.Captions captions = PairSource.Captions.FIRST;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "pairs of a draw, without replacement (${DEFAULT-VALUE})")
  private int samples = 1000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of the first draw (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "pairs of one forward pass (${DEFAULT-VALUE})")
  private int batchSize = 16;

  @Option(
      names = "--max-rejected-share",
      paramLabel = "X",
      description = "share of unusable rows above which it stops (${DEFAULT-VALUE})")
  private double maxRejectedShare = 0.01;

  /** Returns the data's path, if one was given. */
  @Nullable Path path() {
    return data;
  }

  /** Returns the number of pairs of a draw. */
  int samples() {
    return samples;
  }

  /** Opens the image-caption set that the options name and finds its columns. */
  PairSource source() {
    if (data == null) {
      throw new UserException("--data", "is missing", "give an image-caption set");
    }
    return PairSource.open(
        data, images, columns == null ? null : RowColumns.parse(columns), captions);
  }

  /**
   * Returns how pairs are drawn: one seed after the other from {@code --seed} on.
   *
   * @param seeds number of draws
   */
  PairGatherer.Options draws(int seeds) {
    List<Long> all = LongStream.range(0, seeds).mapToObj(i -> seed + i).toList();
    return new PairGatherer.Options(samples, all, batchSize, maxRejectedShare);
  }
}
