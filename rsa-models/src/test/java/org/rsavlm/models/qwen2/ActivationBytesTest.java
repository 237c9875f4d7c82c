package org.rsavlm.models.qwen2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.nn.DeferredBackward;
import org.rsavlm.models.nn.TokenLayout;

class ActivationBytesTest {

  private static final int PASSES = 4;

  /**
   * In a process of its own, where every larger array is given back to the system when it is freed:
   * else arrays would take memory that earlier ones left.
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32,200,256,1000",
    "FLOAT32,90,256,1000",
    "FLOAT32,200,512,256",
    "BFLOAT16,200,256,1000"
  })
  void theEstimateIsWhatTheProcessGrowsBy(String dtype, String shorter, String hidden, String wide)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ActivationBytesTest.class.getName(),
            dtype,
            shorter,
            hidden,
            wide);
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(Double.parseDouble(said)).isCloseTo(1, within(0.1));
  }

  /** Prints growth a pass over the estimate. */
  public static void main(String[] args) {
    TorchDtype dtype = TorchDtype.valueOf(args[0]);
    try (NDManager manager = NDManager.newBaseManager();
        GradMode on = GradMode.enabled()) {
      Qwen2Model model =
          model(manager, dtype, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
      long[] lengths = new long[20];
      Arrays.setAll(lengths, i -> i % 2 == 0 ? 200 : Long.parseLong(args[1]));
      TokenLayout layout = model.layout(manager, lengths);
      NDArray ids = Tensors.of(manager, new long[layout.tokens()], layout.tokens());
      pass(manager, model, layout, ids);
      long before = TorchRuntime.residentBytes();
      for (int i = 0; i < PASSES; i++) {
        pass(manager, model, layout, ids);
      }
      double grown = (TorchRuntime.residentBytes() - before) / (double) PASSES;
      System.out.println(grown / model.activationBytes(layout));
    }
  }

  private static Qwen2Model model(NDManager manager, TorchDtype dtype, int hidden, int wide) {
    ObjectNode shape = new ObjectMapper().createObjectNode();
    shape.put("vocab_size", 100).put("hidden_size", hidden).put("intermediate_size", wide);
    shape.put("num_hidden_layers", 4).put("num_attention_heads", 4).put("num_key_value_heads", 2);
    Qwen2Model model = new Qwen2Model(Qwen2Config.from(JsonConfig.of("shape", shape)));
    model.allocate(manager, dtype);
    model.randomize(1);
    model.weights().values().forEach(w -> w.setRequiresGradient(true));
    return model;
  }

  private static void pass(NDManager manager, Qwen2Model model, TokenLayout layout, NDArray ids) {
    new DeferredBackward(manager, model.decoder(layout), model.embed(manager, ids), true, false);
  }
}
