package org.rsavlm.models.text;

import static org.rsavlm.models.text.Turn.IMAGE_PLACEHOLDER;

import java.util.List;
import org.rsavlm.core.UserException;

/** The layout of {@link PromptTemplate#PLAIN}. */
final class PlainPrompt {

  private PlainPrompt() {}

  static void lay(List<Turn> turns, PromptBuilder out) {
    if (turns.size() != 2 || turns.get(0).role() != Role.HUMAN || turns.get(1).role() != Role.GPT) {
      throw new UserException(
          "conversations",
          "the plain prompt takes one human and one gpt turn, here are "
              + turns.stream().map(t -> t.role().fileName()).toList(),
          "use prompt: qwen_1_5 for dialogues");
    }
    layImages(turns.get(0), out);
    out.text(turns.get(1).text() + "\n", true);
  }

  static void layForGeneration(List<Turn> turns, PromptBuilder out) {
    if (turns.size() != 1 || turns.get(0).role() != Role.HUMAN) {
      throw new UserException(
          "conversations",
          turns.size() + " turns to continue from",
          "the plain prompt continues a single human turn");
    }
    if (layImages(turns.get(0), out) == 0) {
      out.text(turns.get(0).text(), false);
    }
  }

  /** A turn's placeholders without its words; LLaVA always writes one, we as many as there are. */
  private static int layImages(Turn human, PromptBuilder out) {
    int images = ImagePlaceholders.count(human.text());
    out.text(IMAGE_PLACEHOLDER.repeat(images), false);
    return images;
  }
}
