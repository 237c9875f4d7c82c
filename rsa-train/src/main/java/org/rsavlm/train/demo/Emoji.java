package org.rsavlm.train.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * A base emoji as the packages describe it.
 *
 * @param code its code points in upper-case hexadecimal, joined by hyphens, without variation
 *     selectors
 * @param label its name, such as "grinning face"
 * @param tags words that it is found by, without duplicates; may be empty
 * @param group one of ten groups, such as "smileys and emotion"
 * @param kind the group's part, such as "with glasses"
 * @param picture its PNG file
 */
record Emoji(
    String code, String label, List<String> tags, String group, String kind, Path picture) {

  Emoji {
    tags = List.copyOf(tags);
  }
}
