package org.rsavlm.models.text;

import java.util.List;
import org.rsavlm.core.UserException;

/** The layout of {@link PromptTemplate#QWEN_1_5}. */
final class ChatMlPrompt {

  private static final String SYSTEM = "You are a helpful assistant.";

  /** The texts that every dialogue holds, cut as {@link #layTurn} hands them to the tokenizer. */
  static final List<String> WORDS = List.of("system\n" + SYSTEM, "user\n", "assistant\n");

  /** The same layout for Python's {@code apply_chat_template}. */
  static final String JINJA =
      "{% for message in messages %}"
          + "{% if loop.first and message['role'] != 'system' %}"
          + "{{ '<|im_start|>system\\n"
          + SYSTEM
          + "<|im_end|>\\n' }}"
          + "{% endif %}"
          + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
          + "{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private ChatMlPrompt() {}

  static void lay(List<Turn> turns, PromptBuilder out) {
    List<Turn> kept = fromFirstHuman(turns);
    if (kept.stream().noneMatch(t -> t.role() == Role.GPT)) {
      throw new UserException(
          "conversations",
          "no gpt turn answers a human one",
          "give each sample an answer to learn");
    }
    layTurn("system", SYSTEM, false, out);
    kept.forEach(t -> layTurn(t.role().chatMl(), t.text(), t.role() == Role.GPT, out));
  }

  static void layForGeneration(List<Turn> turns, PromptBuilder out) {
    List<Turn> kept = fromFirstHuman(turns);
    if (kept.isEmpty() || kept.get(kept.size() - 1).role() != Role.HUMAN) {
      throw new UserException(
          "conversations", "the last turn is not a human one", "end the prompt with a question");
    }
    layTurn("system", SYSTEM, false, out);
    kept.forEach(t -> layTurn(t.role().chatMl(), t.text(), false, out));
    out.special(Tokenizer.IM_START, false);
    out.text(Role.GPT.chatMl() + "\n", false);
  }

  private static List<Turn> fromFirstHuman(List<Turn> turns) {
    boolean dropFirst = !turns.isEmpty() && turns.get(0).role() != Role.HUMAN;
    return dropFirst ? turns.subList(1, turns.size()) : turns;
  }

  /**
   * Role and text are one piece for the tokenizer: a text's leading line breaks join the role's.
   */
  private static void layTurn(String role, String text, boolean train, PromptBuilder out) {
    out.special(Tokenizer.IM_START, train);
    out.text(role + "\n" + text, train);
    out.special(Tokenizer.IM_END, train);
    out.text("\n", train);
  }
}
