package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.llava.VlmDirectory;

/** {@code rsa import} and {@code rsa export}; what they write is tested with {@code VlmImport}. */
class ImportCommandTest {

  private static final Path RESOURCES = Path.of("..", "rsa-models", "src", "test", "resources");

  @TempDir static Path temp;
  private static String model;

  @BeforeAll
  static void writeModel() {
    Path directory = temp.resolve("model");
    Path config = RESOURCES.resolve("reference/vlm-base-rsa/config.json");
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel random = new VisionLanguageModel(VlmConfig.from(JsonConfig.read(config)));
      random.allocate(manager, TorchDtype.FLOAT32);
      random.randomize(1);
      VlmDirectory.save(random, directory, RESOURCES.resolve("org/rsavlm/models/text"));
    }
    model = directory.toString();
  }

  @Test
  void exportCastsAndAnswersWithWhatItWrote() throws IOException {
    Path out = temp.resolve("exported");
    CommandLineRun run =
        CommandLineRun.of(
            "export", "--model", model, "--out", out.toString(), "--dtype", "bfloat16", "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    JsonNode answer = new JsonMapper().readTree(run.out());
    assertThat(answer.get("dtype").asText()).isEqualTo("bfloat16");
    assertThat(answer.get("image_token_id").asInt()).isEqualTo(560);
    assertThat(answer.get("vocabulary").asInt()).isEqualTo(576);
    try (SafetensorsReader reader = SafetensorsReader.open(out)) {
      assertThat(reader.tensors()).hasSize(answer.get("tensors").asInt());
      assertThat(reader.info("image_newline").dtype()).isEqualTo(TorchDtype.BFLOAT16);
      assertThat(reader.tensors().values().stream().mapToLong(tensor -> tensor.elements()).sum())
          .isEqualTo(answer.get("parameters").asLong());
    }
  }

  @Test
  void whatIsInTheWayIsKept() throws IOException {
    Path out = Files.createDirectories(temp.resolve("taken"));
    Files.writeString(out.resolve("notes.txt"), "mine");
    CommandLineRun run = CommandLineRun.of("import", "--model", model, "--out", out.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: " + out + ": exists already");
    assertThat(out.resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void halfATaskIsRefused() {
    for (String[] sources :
        new String[][] {{}, {"--vision", model}, {"--model", model, "--language", model}}) {
      String[] args = new String[sources.length + 3];
      args[0] = "import";
      args[1] = "--out";
      args[2] = temp.resolve("never").toString();
      System.arraycopy(sources, 0, args, 3, sources.length);
      CommandLineRun run = CommandLineRun.of(args);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).contains("give either --model, or --vision and --language");
    }
  }
}
