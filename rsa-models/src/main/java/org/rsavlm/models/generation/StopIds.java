package org.rsavlm.models.generation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.llava.LoadedVlm;
import org.rsavlm.models.text.Tokenizer;

/** The tokens at which a model's text ends. */
public final class StopIds {

  private static final String KEY = "eos_token_id";

  private StopIds() {}

  /**
   * Returns those of a loaded model.
   *
   * @see #of(HfDirectory, Tokenizer)
   */
  public static Set<Long> of(LoadedVlm vlm) {
    return of(new HfDirectory(vlm.directory()), vlm.tokenizer());
  }

  /**
   * Returns what a model directory's {@code generation_config.json} names, as transformers reads
   * it; without it the ends of a turn and of a document.
   *
   * @throws UserException if the file names something else than ids
   */
  public static Set<Long> of(HfDirectory directory, Tokenizer tokenizer) {
    Optional<JsonConfig> config =
        directory.json(HfDirectory.GENERATION_CONFIG).filter(json -> json.has(KEY));
    if (config.isEmpty()) {
      return Set.of(tokenizer.idOf(Tokenizer.IM_END), tokenizer.idOf(Tokenizer.END_OF_TEXT));
    }
    JsonNode node = config.get().node().path(KEY);
    Set<Long> ids = new TreeSet<>();
    for (JsonNode id : node.isArray() ? node : java.util.List.of(node)) {
      if (!id.isIntegralNumber()) {
        throw config.get().unsupported(KEY, "write a token id or a list of them");
      }
      ids.add(id.longValue());
    }
    return ids;
  }
}
