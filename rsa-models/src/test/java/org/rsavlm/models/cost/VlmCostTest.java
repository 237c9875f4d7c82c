package org.rsavlm.models.cost;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Model;
import org.rsavlm.models.siglip.SiglipVisionConfig;

class VlmCostTest {

  private static final SiglipVisionConfig TOWER =
      new SiglipVisionConfig(48, 112, 3, 4, 58, 14, 1e-6, false);

  private static Qwen2Config decoder(boolean tied, int headSize) {
    return new Qwen2Config(100, 32, 80, 2, 4, 2, headSize, 1e-6, 1e4, tied, 512, 0.02);
  }

  @ParameterizedTest
  @CsvSource({"true,true,8", "false,true,8", "true,false,6"})
  void parametersAreThoseOfTheModel(boolean tied, boolean bias, int headSize) {
    VlmConfig config = new VlmConfig(TOWER, decoder(tied, headSize), 90, 91, bias, List.of(), 0);
    VisionLanguageModel model = new VisionLanguageModel(config);
    VlmCost cost = VlmCost.of(config);
    assertThat(cost.tower().parameters()).isEqualTo(count(model.vision()));
    assertThat(cost.projector().parameters() + cost.projector().newlineParameters())
        .isEqualTo(count(model.projector()));
    assertThat(cost.decoder().embeddingParameters())
        .isEqualTo(model.language().shapes().get(RotaryDecoder.EMBEDDING).size());
    assertThat(cost.parameters())
        .isEqualTo(model.parts().stream().mapToLong(VlmCostTest::count).sum());
  }

  private static long count(NamedBlock block) {
    return block.shapes().values().stream().mapToLong(Shape::size).sum();
  }

  /** Numbers of PyTorch's own counter; flop_fixtures.py made them. */
  @Test
  void operationsAreWhatTorchCounts() throws IOException {
    JsonNode counted;
    try (InputStream in = VlmCostTest.class.getResourceAsStream("/reference/flops.json")) {
      counted = new ObjectMapper().readTree(in);
    }
    JsonNode tower = counted.get("tower");
    TowerCost cost = new TowerCost(SiglipVisionConfig.from(JsonConfig.of("", tower.get("config"))));
    Flops embedding = cost.embedding(tower.get("tiles").intValue());
    Flops layers = cost.layers(tower.get("tiles").intValue());
    assertThat(embedding.plus(layers).forward())
        .isEqualTo(tower.at("/trained/forward").doubleValue());
    assertThat(embedding.backward(false, true) + layers.backward(true, true))
        .isEqualTo(tower.at("/trained/backward").doubleValue());

    JsonNode decoder = counted.get("decoder");
    Flops work =
        new DecoderCost(Qwen2Config.from(JsonConfig.of("", decoder.get("config"))))
            .layers(
                Sequences.equal(
                    decoder.get("samples").intValue(), decoder.get("length").intValue()));
    for (String state : List.of("trained", "frozen")) {
      JsonNode wanted = decoder.get(state);
      assertThat(work.forward()).isEqualTo(wanted.get("forward").doubleValue());
      assertThat(work.backward(true, state.equals("trained")))
          .isEqualTo(wanted.get("backward").doubleValue());
    }
  }

  /** Which ActivationBytesTest holds against the growth of a process. */
  @ParameterizedTest
  @CsvSource({"FLOAT32,7,7", "FLOAT32,9,6", "BFLOAT16,9,6"})
  void activationBytesAreTheDecodersOwn(TorchDtype dtype, long first, long second) {
    Qwen2Config config = decoder(true, 8);
    try (NDManager manager = NDManager.newBaseManager()) {
      Qwen2Model model = new Qwen2Model(config);
      model.allocate(manager, dtype);
      long own = model.activationBytes(model.layout(manager, new long[] {first, second}));
      assertThat(new DecoderCost(config).activationBytes(Sequences.of(first, second), dtype))
          .isEqualTo(own);
    }
  }
}
