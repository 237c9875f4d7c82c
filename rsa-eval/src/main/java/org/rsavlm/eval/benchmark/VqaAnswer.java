package org.rsavlm.eval.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Short answers as the VQA challenge compares them (EvalAI): without case, articles and
 * punctuation, with numbers in digits.
 */
final class VqaAnswer {

  private static final Map<String, String> DIGITS =
      Map.ofEntries(
          Map.entry("none", "0"),
          Map.entry("zero", "0"),
          Map.entry("one", "1"),
          Map.entry("two", "2"),
          Map.entry("three", "3"),
          Map.entry("four", "4"),
          Map.entry("five", "5"),
          Map.entry("six", "6"),
          Map.entry("seven", "7"),
          Map.entry("eight", "8"),
          Map.entry("nine", "9"),
          Map.entry("ten", "10"));
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  /** Commas and question marks are gone before these are looked at. */
  private static final String PUNCTUATION = ";/[]\"{}()=+\\_->< @`!".replace(" ", "");

  private static final Pattern FULL_STOP =
      Pattern.compile("\\.(?!\\d)", Pattern.UNICODE_CHARACTER_CLASS);

  /** The reference passes re.UNICODE, which is 32, where a count is expected. */
  private static final int MOST_FULL_STOPS = 32;

  private static final int ENOUGH_MATCHES = 3;
  private static final Map<String, String> CONTRACTIONS = contractions();

  private VqaAnswer() {}

  /**
   * Returns the accuracy of an answer: for each person's answer left out in turn, a third for each
   * other person who agrees, at most 1; averaged.
   *
   * @param answer what the model wrote
   * @param people the answers of several people
   */
  static double accuracy(String answer, List<String> people) {
    String found = normalize(answer);
    List<Boolean> agree = people.stream().map(one -> normalize(one).equals(found)).toList();
    long all = agree.stream().filter(x -> x).count();
    double sum = 0;
    for (boolean one : agree) {
      sum += Math.min(1, (double) (one ? all - 1 : all) / ENOUGH_MATCHES);
    }
    return agree.isEmpty() ? 0 : sum / agree.size();
  }

  /** Returns the form in which answers are compared. */
  static String normalize(String answer) {
    String text = PythonText.lower(answer).replace(",", "").replace("?", "").replace("'s", " 's");
    text = PythonText.strip(PythonText.strip(text).replace('\n', ' ').replace('\t', ' '));
    List<String> words = new ArrayList<>();
    for (String word : PythonText.split(PythonText.lower(withoutPunctuation(text)))) {
      String number = DIGITS.getOrDefault(word, word);
      if (!ARTICLES.contains(number)) {
        words.add(CONTRACTIONS.getOrDefault(number, number));
      }
    }
    return String.join(" ", words);
  }

  private static String withoutPunctuation(String text) {
    String out = text;
    for (String mark : PUNCTUATION.split("")) {
      boolean apart = text.contains(mark + " ") || text.contains(" " + mark);
      out = out.replace(mark, apart ? "" : " ");
    }
    Matcher stops = FULL_STOP.matcher(out);
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < MOST_FULL_STOPS && stops.find(); i++) {
      stops.appendReplacement(kept, "");
    }
    return stops.appendTail(kept).toString();
  }

  private static Map<String, String> contractions() {
    InputStream file = VqaAnswer.class.getResourceAsStream("contractions.txt");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(file, "contractions.txt"), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 2))
          .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
