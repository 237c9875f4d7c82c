package org.rsavlm.train.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts accepted and rejected samples, writes each rejected one once to {@code rejected.jsonl}
 * ({@code id, source, reason, detail}), and stops a run whose data is mostly unusable. For one
 * thread: the loader reports here in sample order, so that counts and file are the same every run.
 */
public final class RejectionLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
  private static final int MIN_SAMPLES = 100;
  private static final int EXAMPLES = 3;

  private final @Nullable Path file;
  private final double maxShare;
  private final Map<RejectionReason, List<Rejection>> examples =
      new EnumMap<>(RejectionReason.class);
  private final Map<RejectionReason, Long> counts = new EnumMap<>(RejectionReason.class);
  private final Set<List<String>> written = new HashSet<>();
  private @Nullable BufferedWriter writer;
  private long accepted;
  private long rejected;

  /**
   * A log that writes to a file.
   *
   * @param file where rejected samples are appended, made at the first of them; null for none
   * @param maxShare share of rejected samples, 0 to 1, above which {@link #check} throws
   */
  public RejectionLog(@Nullable Path file, double maxShare) {
    if (!(maxShare >= 0 && maxShare <= 1)) {
      throw new UserException(
          "loader.max_rejected_share", maxShare + " is outside 0 … 1", "give a share such as 0.01");
    }
    this.file = file;
    this.maxShare = maxShare;
  }

  /**
   * A log that goes on where an earlier one stood.
   *
   * @param file the earlier log's, cut back to where that log stood
   * @param state what {@link #state} gave
   * @throws UserException if the file does not hold the lines that the state counts
   */
  public RejectionLog(Path file, double maxShare, RejectionState state) {
    this(file, maxShare);
    accepted = state.accepted();
    counts.putAll(state.counts());
    rejected = counts.values().stream().mapToLong(Long::longValue).sum();
    for (Rejection rejection : RejectionFile.last(file, state.lines())) {
      written.add(key(rejection));
      remember(rejection);
    }
  }

  /** What has been counted, to go on from later. */
  public RejectionState state() {
    return new RejectionState(accepted, counts, written.size());
  }

  /** Samples accepted so far. */
  public long accepted() {
    return accepted;
  }

  /** Samples rejected so far; one that is met again in a later epoch counts again. */
  public long rejected() {
    return rejected;
  }

  /** Rejected samples by reason. */
  public Map<RejectionReason, Long> counts() {
    return Map.copyOf(counts);
  }

  /** The first rejected samples of each reason. */
  public List<Rejection> examples() {
    return examples.values().stream().flatMap(List::stream).toList();
  }

  void accept() {
    accepted++;
  }

  void reject(Rejection rejection) {
    rejected++;
    counts.merge(rejection.reason(), 1L, Long::sum);
    if (written.add(key(rejection))) {
      if (remember(rejection)) {
        LOG.warn("rejected {} of {}: {}", rejection.id(), rejection.source(), rejection.detail());
      }
      write(rejection);
    }
  }

  private static List<String> key(Rejection rejection) {
    return List.of(rejection.source(), rejection.id(), rejection.detail());
  }

  /** Keeps the first few of each reason. */
  private boolean remember(Rejection rejection) {
    List<Rejection> kept = examples.computeIfAbsent(rejection.reason(), r -> new ArrayList<>());
    return kept.size() < EXAMPLES && kept.add(rejection);
  }

  private void write(Rejection rejection) {
    if (file == null) {
      return;
    }
    try {
      if (writer == null) {
        writer =
            Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      writer.write(RejectionFile.line(rejection));
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be written: " + e, "check the output directory", e);
    }
  }

  /**
   * Throws if too many samples were rejected.
   *
   * @param atEnd whether the data is at its end; before that, fewer than 100 samples prove nothing
   * @throws UserException with the counts and the first examples of each reason
   */
  void check(boolean atEnd) {
    long seen = accepted + rejected;
    if (rejected > maxShare * seen && (atEnd || seen >= MIN_SAMPLES)) {
      throw tooMany();
    }
  }

  UserException tooMany() {
    StringBuilder what = new StringBuilder();
    long seen = accepted + rejected;
    what.append(
        String.format(
            Locale.ROOT,
            "%d of %d samples rejected (%.1f %%, at most %.1f %% allowed)",
            rejected,
            seen,
            100.0 * rejected / seen,
            100 * maxShare));
    examples.forEach(
        (reason, kept) -> {
          what.append("; ").append(reason.label()).append(' ').append(counts.get(reason));
          kept.stream()
              .limit(1)
              .forEach(r -> what.append(", such as ").append(r.id() + ": " + r.detail()));
        });
    String list = file == null ? "" : ", all are listed in " + file;
    return new UserException(
        "data", what.toString(), "mend the data, or raise loader.max_rejected_share" + list);
  }

  @Override
  public void close() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        LOG.warn("{} could not be closed", file, e);
      }
    }
  }
}
