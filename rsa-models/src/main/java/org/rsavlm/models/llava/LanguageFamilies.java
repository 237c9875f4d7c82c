package org.rsavlm.models.llava;

import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.nn.DecoderConfig;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Model;

/** The families of language models that can stand in a LLaVA model; a new one is a line in each. */
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

  /** Declares a model of a shape; nothing is allocated. */
  static RotaryDecoder model(DecoderConfig config) {
    if (config instanceof Qwen2Config qwen2) {
      return new Qwen2Model(qwen2);
    }
    throw new IllegalArgumentException(
        config.getClass().getSimpleName() + " is of no family that can stand in a LLaVA model");
  }
}
