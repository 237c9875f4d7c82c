package org.rsavlm.models.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Turn;

/**
 * Turns of a conversation as files have them: a list of structs of {@code from} and {@code value},
 * as LLaVA writes them, or of {@code role} and {@code content}, as messages have them; or the
 * struct of lists that some writers make of either.
 */
final class Turns {

  /** What files call the speakers; others are refused with their name. */
  private static final Map<String, Role> SPEAKERS =
      Map.of("human", Role.HUMAN, "user", Role.HUMAN, "gpt", Role.GPT, "assistant", Role.GPT);

  private Turns() {}

  /** One question and its answer. */
  static List<Turn> exchange(String question, String answer) {
    return List.of(new Turn(Role.HUMAN, question), new Turn(Role.GPT, answer));
  }

  /**
   * The turns of a column.
   *
   * @throws UnusableRowException if it holds none, or something else
   */
  static List<Turn> of(Row row, String column) {
    Object stated = row.value(column);
    List<?> listed = listed(stated);
    if (listed.isEmpty()) {
      throw row.malformed(
          "field \"" + column + "\": expected a list of turns, found " + Row.kind(stated));
    }
    List<Turn> turns = new ArrayList<>();
    for (Object one : listed) {
      Map<?, ?> turn = one instanceof Map<?, ?> map ? map : Map.of();
      boolean message = turn.containsKey("role");
      String from = text(row, turn, message ? "role" : "from");
      Role role = SPEAKERS.get(from);
      if (role == null) {
        throw row.malformed(
            "field \""
                + (message ? "role" : "from")
                + "\" is \""
                + from
                + "\", must be "
                + (message ? "user or assistant" : "human or gpt"));
      }
      turns.add(new Turn(role, text(row, turn, message ? "content" : "value")));
    }
    return turns;
  }

  private static String text(Row row, Map<?, ?> turn, String field) {
    if (turn.get(field) instanceof String text) {
      return text;
    }
    throw row.malformed(
        "field \"" + field + "\": expected a text, found " + Row.kind(turn.get(field)));
  }

  /** Whether a text of the turns holds some words, whatever else is wrong with them. */
  static boolean mention(@Nullable Object stated, String words) {
    for (Object one : listed(stated)) {
      if (one instanceof Map<?, ?> turn
          && String.valueOf(turn.get(turn.containsKey("role") ? "content" : "value"))
              .contains(words)) {
        return true;
      }
    }
    return false;
  }

  private static List<?> listed(@Nullable Object stated) {
    if (!(stated instanceof Map<?, ?> struct)) {
      return stated instanceof List<?> list ? list : List.of();
    }
    String from = struct.containsKey("role") ? "role" : "from";
    String value = struct.containsKey("role") ? "content" : "value";
    if (!(struct.get(from) instanceof List<?> speakers)
        || !(struct.get(value) instanceof List<?> texts)
        || speakers.size() != texts.size()) {
      return List.of();
    }
    List<Map<String, @Nullable Object>> turns = new ArrayList<>();
    for (int i = 0; i < speakers.size(); i++) {
      Map<String, @Nullable Object> turn = new HashMap<>();
      turn.put(from, speakers.get(i));
      turn.put(value, texts.get(i));
      turns.add(turn);
    }
    return turns;
  }
}
