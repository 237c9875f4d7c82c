package org.rsavlm.train.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rsavlm.core.UserException;

/**
 * Which samples of a file a mixture takes: LLaVA-NeXT's {@code sampling_strategy}.
 *
 * @param kind which part of the file
 * @param amount how many samples, or per cent of the file's; not read for {@link Kind#ALL}
 * @param percent whether {@code amount} is a percentage, whose result is rounded up
 */
public record SamplingStrategy(Kind kind, BigDecimal amount, boolean percent) {

  /** The whole file. */
  public static final SamplingStrategy ALL =
      new SamplingStrategy(Kind.ALL, BigDecimal.valueOf(100), true);

  private static final Pattern FORM =
      Pattern.compile("(first|end|random)\\s*:\\s*(\\d+|\\d+(?:\\.\\d+)?\\s*(%))");

  /** Part of a file. */
  public enum Kind {
    /** Every sample. */
    ALL,
    /** The first samples in file order. */
    FIRST,
    /** The last samples in file order. */
    END,
    /** Samples drawn without replacement, by the mixture's seed. */
    RANDOM
  }

  /**
   * Reads {@code all}, {@code first:N}, {@code end:N} or {@code random:N}, N an integer or a
   * percentage such as {@code 10%}.
   *
   * @param text the strategy as the file states it
   * @param where file and key, for the error
   */
  public static SamplingStrategy parse(String text, String where) {
    String trimmed = text.strip();
    if (trimmed.equals("all")) {
      return ALL;
    }
    Matcher matcher = FORM.matcher(trimmed);
    if (!matcher.matches()) {
      throw new UserException(
          where,
          "sampling_strategy is \"" + text + "\"",
          "write all, first:N, end:N or random:N, where N is a number such as 5000 or 10%");
    }
    boolean percent = matcher.group(3) != null;
    BigDecimal amount = new BigDecimal(matcher.group(2).replace("%", "").strip());
    if (amount.signum() == 0 || (percent && amount.compareTo(BigDecimal.valueOf(100)) > 0)) {
      throw new UserException(
          where,
          "sampling_strategy \"" + text + "\" asks for " + matcher.group(2),
          "N must be above 0, and a percentage at most 100%");
    }
    return new SamplingStrategy(
        Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), amount, percent);
  }

  /** How many samples of a file with {@code size} are taken. */
  public int count(int size) {
    BigDecimal wanted =
        percent
            ? amount
                .multiply(BigDecimal.valueOf(size))
                .divide(BigDecimal.valueOf(100), 0, RoundingMode.CEILING)
            : amount;
    return wanted.min(BigDecimal.valueOf(size)).intValueExact();
  }

  /** Maps {@code 0 … count(size)-1} to indices of the file. */
  IntUnaryOperator select(int size, long seed) {
    int offset = size - count(size);
    switch (kind) {
      case END:
        return i -> offset + i;
      case RANDOM:
        Permutation permutation = new Permutation(size, seed, 0);
        return i -> (int) permutation.at(i);
      default:
        return i -> i;
    }
  }

  @Override
  public String toString() {
    return kind == Kind.ALL
        ? "all"
        : kind.name().toLowerCase(Locale.ROOT)
            + ":"
            + amount.toPlainString()
            + (percent ? "%" : "");
  }
}
