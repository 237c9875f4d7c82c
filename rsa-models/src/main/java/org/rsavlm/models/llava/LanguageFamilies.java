package org.rsavlm.models.llava;

import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.nn.DecoderConfig;
import org.rsavlm.models.qwen2.Qwen2Config;

/** The families of language models that can stand in a LLaVA model; a new one is a line here. */
final class LanguageFamilies {

  private LanguageFamilies() {}

  /**
   * Reads the config of a language model.
   *
   * @param json with Hugging Face's {@code model_type}
   * @throws org.rsavlm.core.UserException if its family is not supported, or a key is wrong
   */
  static DecoderConfig read(JsonConfig json) {
    json.choice("model_type", "qwen2", "qwen2");
    return Qwen2Config.from(json);
  }
}
