package org.rsavlm.train.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * Ranks that were started with different recipes, data, code or threads would train something that
 * nobody asked for: they compare before they begin.
 */
public final class RankAgreement {

  /** Between keys and values; none of them has it inside. */
  private static final String END = "\u0000";

  private RankAgreement() {}

  /**
   * Compares settings over ranks. A collective: all ranks call it, and all throw or none.
   *
   * @param settings values by name, such as the recipe's hash; not too long to be shown
   * @throws UserException if a rank has other settings than rank 0, with their names, values and
   *     the rank
   */
  public static void check(Communicator communicator, Map<String, String> settings) {
    String mine = communicator.identity().host() + END + text(settings);
    List<byte[]> all = communicator.allGather(mine.getBytes(UTF_8));
    Map<String, String> first = settings(all.get(0));
    for (int rank = 1; rank < all.size(); rank++) {
      Map<String, String> other = settings(all.get(rank));
      List<String> differences = differences(first, other);
      if (!differences.isEmpty()) {
        throw new UserException(
            "rank " + rank + " on " + host(all.get(rank)),
            "differs from rank 0 on " + host(all.get(0)) + ": " + String.join("; ", differences),
            "start all ranks with the same recipe, data, code and thread settings");
      }
    }
  }

  private static List<String> differences(Map<String, String> first, Map<String, String> other) {
    List<String> differences = new ArrayList<>();
    Map<String, String> names = new TreeMap<>(first);
    names.putAll(other);
    for (String name : names.keySet()) {
      if (!Objects.equals(first.get(name), other.get(name))) {
        differences.add(
            name + " is " + shown(other.get(name)) + " instead of " + shown(first.get(name)));
      }
    }
    return differences;
  }

  private static String shown(@Nullable String value) {
    return value == null ? "missing" : "'" + value + "'";
  }

  private static String text(Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(settings)
        .forEach(
            (name, value) -> {
              if ((name + value).contains(END)) {
                throw new IllegalArgumentException("a zero character in setting " + name);
              }
              text.append(name).append(END).append(value).append(END);
            });
    return text.toString();
  }

  private static String host(byte[] bytes) {
    return new String(bytes, UTF_8).split(END, 2)[0];
  }

  private static Map<String, String> settings(byte[] bytes) {
    String[] parts = new String(bytes, UTF_8).split(END, -1);
    Map<String, String> settings = new TreeMap<>();
    for (int name = 1; name + 1 < parts.length; name += 2) {
      settings.put(parts[name], parts[name + 1]);
    }
    return settings;
  }
}
