package org.rsavlm.models.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Byte-pair encoding: joins the most frequent pair of neighbours again and again (Sennrich et al.
 * 2016). Of pairs equally frequent the one with the lower ids comes first, so the result depends on
 * the word counts alone; it equals that of Hugging Face's trainer.
 */
final class BpeTrainer {

  /**
   * What was learnt.
   *
   * @param tokens all tokens, the index is the id
   * @param merges the joined pairs in order
   */
  record Result(List<String> tokens, List<Merge> merges) {}

  /** Two tokens that become one. */
  record Merge(String left, String right) {}

  /** A pair with the count it had when it was queued, and the words it was then found in. */
  private record Candidate(long pair, long count, Set<Integer> words) {}

  private final List<String> tokens;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<int[]> words = new ArrayList<>();
  private final List<Long> wordCounts = new ArrayList<>();
  private final Map<Long, Long> pairCounts = new HashMap<>();
  private final PriorityQueue<Candidate> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::pair));

  private BpeTrainer(List<String> alphabet) {
    tokens = new ArrayList<>(alphabet);
    tokens.forEach(token -> ids.put(token, ids.size()));
  }

  /**
   * Learns merges.
   *
   * @param counts words, spelt in single-character symbols of the alphabet, and how often each
   *     occurs
   * @param alphabet the first tokens
   * @param size how many tokens to reach; fewer if the words give no more
   * @param minimumCount pairs rarer than this are not joined
   */
  static Result train(
      Map<String, Long> counts, List<String> alphabet, int size, long minimumCount) {
    BpeTrainer trainer = new BpeTrainer(alphabet);
    trainer.addWords(counts);
    return new Result(trainer.tokens, trainer.merge(size, minimumCount));
  }

  private void addWords(Map<String, Long> counts) {
    Map<Long, Set<Integer>> found = new HashMap<>();
    counts.forEach(
        (word, count) -> {
          int[] symbols = word.chars().map(c -> ids.get(String.valueOf((char) c))).toArray();
          for (int i = 0; i + 1 < symbols.length; i++) {
            change(pair(symbols[i], symbols[i + 1]), count, words.size(), found);
          }
          words.add(symbols);
          wordCounts.add(count);
        });
    enqueue(found);
  }

  private List<Merge> merge(int size, long minimumCount) {
    List<Merge> merges = new ArrayList<>();
    while (tokens.size() < size) {
      Candidate top = queue.poll();
      if (top == null) {
        break;
      }
      long count = pairCounts.getOrDefault(top.pair, 0L);
      if (count != top.count) {
        // Other merges took some of its occurrences since it was queued.
        queue.add(new Candidate(top.pair, count, top.words));
        continue;
      }
      if (count < Math.max(1, minimumCount)) {
        break;
      }
      String left = tokens.get(left(top.pair));
      String right = tokens.get(right(top.pair));
      merges.add(new Merge(left, right));
      int joined = ids.computeIfAbsent(left + right, token -> tokens.size());
      if (joined == tokens.size()) {
        tokens.add(left + right);
      }
      Map<Long, Set<Integer>> found = new HashMap<>();
      for (int word : top.words) {
        words.set(word, join(word, top.pair, joined, found));
      }
      enqueue(found);
    }
    return merges;
  }

  /** A word with every occurrence of the pair replaced, from left to right; counts follow. */
  private int[] join(int word, long pair, int joined, Map<Long, Set<Integer>> found) {
    int[] old = words.get(word);
    int[] out = new int[old.length];
    long count = wordCounts.get(word);
    int n = 0;
    for (int i = 0; i < old.length; i++) {
      if (i + 1 == old.length || pair(old[i], old[i + 1]) != pair) {
        out[n++] = old[i];
        continue;
      }
      if (n > 0) {
        change(pair(out[n - 1], old[i]), -count, word, found);
        change(pair(out[n - 1], joined), count, word, found);
      }
      if (i + 2 < old.length) {
        change(pair(old[i + 1], old[i + 2]), -count, word, found);
        change(pair(joined, old[i + 2]), count, word, found);
      }
      out[n++] = joined;
      i++;
    }
    return Arrays.copyOf(out, n);
  }

  private void change(long pair, long count, int word, Map<Long, Set<Integer>> found) {
    pairCounts.merge(pair, count, Long::sum);
    if (count > 0) {
      found.computeIfAbsent(pair, p -> new HashSet<>()).add(word);
    }
  }

  private void enqueue(Map<Long, Set<Integer>> found) {
    found.forEach(
        (pair, where) -> {
          long count = pairCounts.getOrDefault(pair, 0L);
          if (count > 0) {
            queue.add(new Candidate(pair, count, where));
          }
        });
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  private static int left(long pair) {
    return (int) (pair >> 32);
  }

  private static int right(long pair) {
    return (int) pair;
  }
}
