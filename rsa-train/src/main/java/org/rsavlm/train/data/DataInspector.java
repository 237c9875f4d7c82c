package org.rsavlm.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.Turn;

/** Reads a mixture as training would and reports what it holds. */
public final class DataInspector {

  private static final int WINDOW = 256;
  private static final long DRAW = 0x64617461L;

  private final SamplePreparer preparer;
  private final Tokenizer tokenizer;
  private final int samplesPerSource;
  private final int examplesPerSource;
  private final int workers;

  /**
   * Prepares an inspection.
   *
   * @param preparer as the stage uses it
   * @param tokenizer to count and decode tokens
   * @param samplesPerSource at most so many samples of a source are read, drawn evenly; all if 0
   * @param examplesPerSource how many decoded samples of a source to show
   * @param workers threads that read
   */
  public DataInspector(
      SamplePreparer preparer,
      Tokenizer tokenizer,
      int samplesPerSource,
      int examplesPerSource,
      int workers) {
    this.preparer = preparer;
    this.tokenizer = tokenizer;
    this.samplesPerSource = samplesPerSource;
    this.examplesPerSource = examplesPerSource;
    this.workers = workers;
  }

  /**
   * Reads the samples.
   *
   * @param mixture what to read
   * @return counts, lengths, faults and examples of each source
   */
  public DataReport inspect(Mixture mixture) {
    List<DataReport.Source> sources = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < mixture.sources().size(); i++) {
      sources.add(inspect(mixture, i, start));
      start += mixture.size(i);
    }
    return new DataReport(sources);
  }

  private DataReport.Source inspect(Mixture mixture, int source, int start) {
    int selected = mixture.size(source);
    int checked = samplesPerSource == 0 ? selected : Math.min(samplesPerSource, selected);
    boolean all = checked == selected;
    Permutation drawn = new Permutation(selected, DRAW, source);
    Tally tally = new Tally(checked);
    try (PreparedStream stream =
            new PreparedStream(
                mixture,
                n -> start + (all ? n : (int) drawn.at(n)),
                checked,
                preparer,
                workers,
                WINDOW);
        RejectionLog log = new RejectionLog(null, 1)) {
      while (stream.hasNext()) {
        PreparedStream.Item item = stream.next();
        if (item instanceof PreparedStream.Usable usable) {
          tally.add(usable);
        } else if (item instanceof PreparedStream.Unusable unusable) {
          log.reject(unusable.rejection());
        }
      }
      SampleSource stated = mixture.sources().get(source);
      return new DataReport.Source(
          stated.name(),
          stated.file().toString(),
          mixture.fileSize(source),
          selected,
          checked,
          tally.usable,
          tally.rsaPairs,
          tally.images,
          log.counts(),
          log.examples(),
          tally.spread(tally.lengths),
          tally.spread(tally.captionTokens),
          tally.spread(tally.captionWords),
          tally.tokens,
          tally.trained,
          tally.examples);
    }
  }

  /** Sums over one source. */
  private final class Tally {

    private final int[] lengths;
    private final int[] captionTokens;
    private final int[] captionWords;
    private final List<DataReport.Example> examples = new ArrayList<>();
    private int usable;
    private int rsaPairs;
    private int images;
    private long tokens;
    private long trained;

    Tally(int size) {
      lengths = new int[size];
      captionTokens = new int[size];
      captionWords = new int[size];
    }

    void add(PreparedStream.Usable item) {
      PreparedSample sample = item.sample();
      lengths[usable] = sample.length();
      for (Turn turn : item.raw().conversations()) {
        if (turn.role() == Role.GPT) {
          captionTokens[usable] += tokenizer.encode(turn.text()).length;
          captionWords[usable] += turn.text().strip().split("\\s+").length;
        }
      }
      usable++;
      rsaPairs += sample.rsa() ? 1 : 0;
      images += sample.images().size();
      tokens += sample.length();
      trained += Arrays.stream(sample.labels()).filter(l -> l != Tokenized.IGNORE).count();
      if (examples.size() < examplesPerSource) {
        examples.add(
            new DataReport.Example(sample.id(), sample.rsa(), TrainedText.of(sample, tokenizer)));
      }
    }

    Spread spread(int[] counts) {
      return Spread.of(Arrays.copyOf(counts, usable));
    }
  }
}
