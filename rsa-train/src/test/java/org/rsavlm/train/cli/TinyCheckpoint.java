package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.llava.VlmDirectory;

/** A model directory: a fixture's shape with the test tokenizer's vocabulary, random weights. */
final class TinyCheckpoint {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path RESOURCES = Path.of("..", "rsa-models", "src", "test", "resources");

  /** The directory of its tokenizer. */
  static final Path TOKENIZER = RESOURCES.resolve("org/rsavlm/models/text");

  private TinyCheckpoint() {}

  /** Its config, to be changed. */
  static ObjectNode config() throws IOException {
    Path fixture = RESOURCES.resolve("reference/vlm-base-rsa/config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(fixture.toFile());
    ((ObjectNode) config.get("text_config")).put("vocab_size", 600).put("initializer_range", 0.4);
    return config.put("image_token_index", 599);
  }

  /** Writes a model of {@link #config()}. */
  static void write(Path directory, long seed) throws IOException {
    write(directory, config(), seed);
  }

  /** Writes a model. */
  static void write(Path directory, ObjectNode config, long seed) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel random =
          new VisionLanguageModel(VlmConfig.from(JsonConfig.of("test", config)));
      random.allocate(manager, TorchDtype.FLOAT32);
      random.randomize(seed);
      VlmDirectory.save(random, directory, TOKENIZER);
    }
  }
}
