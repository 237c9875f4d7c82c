package org.rsavlm.eval.probe;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.nn.DualEncoder;
import org.rsavlm.models.table.Row;
import org.rsavlm.models.table.RowSource;
import org.rsavlm.models.table.TableFiles;
import org.rsavlm.models.text.Tokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws pairs of an image-caption set, without replacement and anew for each seed, and takes those
 * of all draws through a model once.
 *
 * <p>A row that can't be used is counted and logged, and its place in the draw goes to the next row
 * of the seed's order. For one {@link #gather}.
 */
public final class PairGatherer {

  private static final Logger LOG = LoggerFactory.getLogger(PairGatherer.class);
  private static final int SHOWN = 5;
  private static final int FEWEST_JUDGED = 100;
  private static final int UNREAD = -1;
  private static final int REJECTED = -2;

  private final NDManager manager;
  private final Tokenizer tokenizer;
  private final ImageProcessor processor;
  private final FeatureExtractor features;
  private final int longest;
  private final Options options;
  private final IntConsumer progress;

  /** Row of the features by row of the set, or one of the marks above. */
  private int[] places = new int[0];

  private int usable;
  private int rejected;
  private String firstRejected = "";

  /**
   * How pairs are drawn.
   *
   * @param samples pairs of a draw
   * @param seeds one draw each
   * @param batchSize pairs of one forward pass
   * @param maxRejectedShare share of unusable rows, 0 to 1, above which gathering fails
   */
  public record Options(int samples, List<Long> seeds, int batchSize, double maxRejectedShare) {

    /** Checks the ranges. */
    public Options {
      seeds = List.copyOf(seeds);
      check("--samples", samples, samples >= 2, "at least 2");
      check("--seeds", seeds.size(), !seeds.isEmpty(), "at least 1");
      check("--batch-size", batchSize, batchSize >= 1, "at least 1");
      boolean share = maxRejectedShare >= 0 && maxRejectedShare <= 1;
      check("--max-rejected-share", maxRejectedShare, share, "between 0 and 1");
    }

    private static void check(String where, Object value, boolean good, String allowed) {
      if (!good) {
        throw new UserException(where, "is " + value, "it must be " + allowed);
      }
    }
  }

  /**
   * Prepares for a model.
   *
   * @param manager on the model's device; owns nothing afterwards
   * @param model the model
   * @param tokenizer the model's
   * @param processor from images to the base images that the tower reads
   * @param options how pairs are drawn
   * @param progress gets the number of pairs read so far, after each batch
   */
  public PairGatherer(
      NDManager manager,
      DualEncoder model,
      Tokenizer tokenizer,
      ImageProcessor processor,
      Options options,
      IntConsumer progress) {
    this.manager = manager;
    this.tokenizer = tokenizer;
    this.processor = processor;
    this.options = options;
    this.progress = progress;
    features = new FeatureExtractor(model);
    longest = model.texts().longestText();
  }

  private record Numbered(int number, Row row) {}

  private record Prepared(Numbered from, float[] pixels, long[] caption, String fault) {}

  /**
   * Reads the drawn pairs and gathers their features.
   *
   * @throws UserException if the set is damaged, too small, or more of its rows than allowed can't
   *     be used
   */
  public DrawnPairs gather(PairSource source) {
    places = new int[TableFiles.count(source.files())];
    Arrays.fill(places, UNREAD);
    checkEnough(source, places.length, "rows");
    List<int[]> orders = options.seeds().stream().map(seed -> order(seed, places.length)).toList();
    // Usually one pass; another one reads what takes the place of rejected rows.
    for (BitSet wanted = wanted(orders); !wanted.isEmpty(); wanted = wanted(orders)) {
      read(source, wanted);
    }
    checkShare(true);
    checkEnough(source, places.length - rejected, "usable rows");
    if (rejected > 0) {
      LOG.warn("{} rows rejected, {} used", rejected, usable);
    }
    return new DrawnPairs(
        features.vision(),
        features.text(),
        orders.stream().map(this::draw).toList(),
        places.length,
        rejected);
  }

  private void checkEnough(PairSource source, int there, String what) {
    if (there < options.samples()) {
      throw new UserException(
          source.files().get(0).toString(),
          "holds " + there + " " + what + ", fewer than the " + options.samples() + " of a draw",
          "give more data, or --samples " + Math.max(2, there));
    }
  }

  /** A permutation by an algorithm that is specified, hence the same for good. */
  private static int[] order(long seed, int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    Random random = new Random(seed);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }

  /** The rows of the draws, as far as they are known, that are still to be read. */
  private BitSet wanted(List<int[]> orders) {
    BitSet wanted = new BitSet(places.length);
    for (int[] order : orders) {
      int taken = 0;
      for (int i = 0; i < order.length && taken < options.samples(); i++) {
        if (places[order[i]] != REJECTED) {
          taken++;
          if (places[order[i]] == UNREAD) {
            wanted.set(order[i]);
          }
        }
      }
    }
    return wanted;
  }

  /** Feature rows of a draw. */
  private int[] draw(int[] order) {
    return Arrays.stream(order)
        .map(row -> places[row])
        .filter(place -> place >= 0)
        .limit(options.samples())
        .toArray();
  }

  private void read(PairSource source, BitSet wanted) {
    List<Numbered> batch = new ArrayList<>();
    int last = wanted.length() - 1;
    try (RowSource rows = TableFiles.open(source.files(), source.images())) {
      for (int number = 0; number <= last; number++) {
        Row row = rows.next();
        if (row == null) {
          throw new UserException(
              source.files().get(0).toString(), "became shorter while it was read", "try again");
        }
        if (wanted.get(number)) {
          batch.add(new Numbered(number, row));
        }
        if (batch.size() == options.batchSize() || number == last) {
          add(source, batch);
          batch.clear();
        }
      }
    }
  }

  private void add(PairSource source, List<Numbered> batch) {
    List<Prepared> prepared =
        batch.parallelStream().map(numbered -> prepare(source, numbered)).toList();
    List<float[]> images = new ArrayList<>();
    List<long[]> captions = new ArrayList<>();
    for (Prepared one : prepared) {
      if (one.fault().isEmpty()) {
        images.add(one.pixels());
        captions.add(one.caption());
        places[one.from().number()] = usable++;
      } else {
        reject(one);
      }
    }
    checkShare(false);
    if (!images.isEmpty()) {
      try (GradMode off = GradMode.disabled()) {
        features.add(manager, images, captions);
      }
    }
    progress.accept(usable);
  }

  private Prepared prepare(PairSource source, Numbered from) {
    try {
      long[] caption = tokenizer.encode(source.caption(from.row(), from.number()));
      if (caption.length == 0 || caption.length > longest) {
        return fault(
            from,
            from.row().where()
                + ": a caption of "
                + caption.length
                + " tokens; 1 to "
                + longest
                + " can be read");
      }
      return new Prepared(
          from, processor.pixelValues(source.columns().image(from.row())), caption, "");
    } catch (UserException e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        throw e; // a full heap says nothing about the image
      }
      return fault(from, String.valueOf(e.getMessage()));
    }
  }

  private static Prepared fault(Numbered from, String message) {
    return new Prepared(from, new float[0], new long[0], message);
  }

  private void reject(Prepared one) {
    places[one.from().number()] = REJECTED;
    if (rejected == 0) {
      firstRejected = one.fault();
    }
    if (rejected++ < SHOWN) {
      LOG.warn("rejected {}", one.fault());
    }
  }

  private void checkShare(boolean atEnd) {
    int seen = usable + rejected;
    if (rejected > options.maxRejectedShare() * seen && (atEnd || seen >= FEWEST_JUDGED)) {
      throw new UserException(
          "data",
          String.format(
              Locale.ROOT,
              "%d of %d rows rejected, at most %.1f %% are allowed; such as %s",
              rejected,
              seen,
              100 * options.maxRejectedShare(),
              firstRejected),
          "mend the data, name its --columns or --images, or raise --max-rejected-share");
    }
  }
}
