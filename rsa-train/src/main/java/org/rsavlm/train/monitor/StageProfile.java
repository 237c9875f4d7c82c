package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.rsavlm.train.step.Phase;

/**
 * Where a stage's time went.
 *
 * @param stage its name in the recipe
 * @param steps that were taken
 * @param phases those that occurred
 */
public record StageProfile(String stage, long steps, Map<Phase, Use> phases) {

  /**
   * What a phase took, all steps together.
   *
   * @param seconds of wall-clock time
   * @param peakResidentBytes the largest resident size of the process, native memory included, that
   *     was seen in it; 0 if it was too short to be seen, or the operating system does not tell
   */
  public record Use(double seconds, long peakResidentBytes) {}

  /** Copies the map, in the order of the phases. */
  public StageProfile {
    Map<Phase, Use> sorted = new EnumMap<>(Phase.class);
    sorted.putAll(phases);
    phases = Collections.unmodifiableMap(sorted);
  }

  /** Returns the wall-clock time of the stage in seconds. */
  public double seconds() {
    return phases.values().stream().mapToDouble(Use::seconds).sum();
  }

  /** Returns a table for readers: a line a phase, of those that took a thousandth of the time. */
  public String toTable() {
    double all = seconds();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-20s %10s %7s %10s %10s%n",
            "stage " + stage,
            "seconds",
            "share",
            "ms a step",
            "peak MB"));
    phases.forEach(
        (phase, use) -> {
          if (use.seconds() >= all / 1000) {
            row(text, phase.label(), use, all);
          }
        });
    long peak = phases.values().stream().mapToLong(Use::peakResidentBytes).max().orElse(0);
    row(text, "all of " + steps + " steps", new Use(all, peak), all);
    return text.toString();
  }

  private void row(StringBuilder text, String label, Use use, double all) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-20s %10.2f %6.1f%% %10.2f %10s%n",
            label,
            use.seconds(),
            100 * use.seconds() / all,
            1000 * use.seconds() / Math.max(1, steps),
            use.peakResidentBytes() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.0f", use.peakResidentBytes() / 1e6)));
  }

  /**
   * Returns an entry of {@code profile.json}.
   *
   * @return a new tree
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("stage", stage).put("steps", steps).put("seconds", seconds());
    ObjectNode parts = json.putObject("phases");
    phases.forEach(
        (phase, use) ->
            parts
                .putObject(phase.name().toLowerCase(Locale.ROOT))
                .put("seconds", use.seconds())
                .put("peak_resident_bytes", use.peakResidentBytes()));
    return json;
  }
}
