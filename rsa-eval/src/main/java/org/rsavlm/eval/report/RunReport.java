package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the report of an experiment shows.
 *
 * @param title heading of the page
 * @param arms the runs compared, usually {@link ArmResult#RSA} and {@link ArmResult#BASELINE}
 * @param tradeOffs a sweep over the weight of the RSA loss; may be empty
 * @param examples generations side by side; may be empty
 * @param notes sentences that a reader must know, shown above the results; may be empty
 * @param provenance name and value of what the numbers rest on: configuration, code version, data
 * @param wallSeconds wall-clock time of the whole experiment in seconds
 */
public record RunReport(
    String title,
    List<ArmResult> arms,
    List<TradeOff> tradeOffs,
    List<Example> examples,
    List<String> notes,
    Map<String, String> provenance,
    double wallSeconds) {

  /** Copies lists and map; arm keys must differ. */
  public RunReport {
    arms = List.copyOf(arms);
    tradeOffs = List.copyOf(tradeOffs);
    examples = List.copyOf(examples);
    notes = List.copyOf(notes);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    if (arms.stream().map(ArmResult::key).distinct().count() != arms.size()) {
      throw new IllegalArgumentException("two arms of a report have the same key");
    }
  }

  /** Starts a report with nothing but a title. */
  public static Builder builder(String title) {
    return new Builder(title);
  }

  /** Collects the parts of a report; lists are shown in the order of the calls. */
  public static final class Builder {
    private final String title;
    private final List<ArmResult> arms = new ArrayList<>();
    private final List<TradeOff> tradeOffs = new ArrayList<>();
    private final List<Example> examples = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> provenance = new LinkedHashMap<>();
    private double wallSeconds;

    private Builder(String title) {
      this.title = title;
    }

    /** Adds an arm with the results of its stages. */
    public Builder arm(ArmResult arm) {
      arms.add(arm);
      return this;
    }

    /** Adds a setting of the sweep, shown in the order of the calls. */
    public Builder tradeOff(TradeOff tradeOff) {
      tradeOffs.add(tradeOff);
      return this;
    }

    /** Adds a held-out sample with the arms' answers. */
    public Builder example(Example example) {
      examples.add(example);
      return this;
    }

    /** Adds a sentence that the reader must know. */
    public Builder note(String note) {
      notes.add(note);
      return this;
    }

    /** Adds a line to the foot of the page. */
    public Builder provenance(String name, String value) {
      provenance.put(name, value);
      return this;
    }

    /** Sets the wall-clock time of the experiment. */
    public Builder wallSeconds(double seconds) {
      wallSeconds = seconds;
      return this;
    }

    /** Returns the report of all that was added. */
    public RunReport build() {
      return new RunReport(title, arms, tradeOffs, examples, notes, provenance, wallSeconds);
    }
  }
}
