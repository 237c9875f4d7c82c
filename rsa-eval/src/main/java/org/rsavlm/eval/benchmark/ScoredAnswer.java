package org.rsavlm.eval.benchmark;

import java.util.Map;

/**
 * A scored answer.
 *
 * @param unit answers of one unit count together, such as MMBench's rotations of a question
 * @param score 0 (wrong) to 1 (right)
 * @param tags what scores are grouped by, such as the category
 */
record ScoredAnswer(String unit, double score, Map<String, String> tags) {

  ScoredAnswer {
    tags = Map.copyOf(tags);
  }

  static ScoredAnswer of(boolean right, Map<String, String> tags) {
    return new ScoredAnswer("", right ? 1 : 0, tags);
  }

  /** Returns the value of a tag; answers without it form a group of their own. */
  String tag(String name) {
    return tags.getOrDefault(name, "");
  }
}
