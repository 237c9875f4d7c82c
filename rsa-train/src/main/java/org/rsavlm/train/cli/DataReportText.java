package org.rsavlm.train.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rsavlm.train.data.DataReport;
import org.rsavlm.train.data.Rejection;
import org.rsavlm.train.data.RejectionReason;

/** Writes a {@link DataReport} as lines for people. */
final class DataReportText {

  private DataReportText() {}

  static List<String> lines(String stage, DataReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "stage %s: %,d samples, %,d tokens an epoch, %,d of them trained; %.1f %% rejected",
            stage,
            report.selected(),
            report.tokensPerEpoch(),
            report.trainedTokensPerEpoch(),
            100 * report.rejectedShare()));
    report.sources().forEach(source -> add(lines, source));
    return lines;
  }

  private static void add(List<String> lines, DataReport.Source source) {
    lines.add(
        format(
            "  %s: %,d of %,d samples taken, %,d read, %,d usable, %,d RSA pairs, %,d images (%s)",
            source.name(),
            source.selected(),
            source.inFile(),
            source.checked(),
            source.usable(),
            source.rsaPairs(),
            source.images(),
            source.file()));
    lines.add("    tokens of a sample:  " + source.lengths());
    lines.add("    tokens of an answer: " + source.captionTokens());
    lines.add("    words of an answer:  " + source.captionWords());
    for (Map.Entry<RejectionReason, Long> rejected : source.rejected().entrySet()) {
      lines.add(format("    rejected, %s: %,d", rejected.getKey().label(), rejected.getValue()));
    }
    for (Rejection rejection : source.rejections()) {
      lines.add("      " + rejection.id() + ": " + rejection.detail());
    }
    for (DataReport.Example example : source.examples()) {
      lines.add("    " + example.id() + (example.rsa() ? " (RSA pair)" : "") + ":");
      example.text().lines().forEach(line -> lines.add("      | " + line));
    }
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
