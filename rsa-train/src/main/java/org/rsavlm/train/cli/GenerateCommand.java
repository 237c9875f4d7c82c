package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.generation.FinishReason;
import org.rsavlm.models.generation.Generation;
import org.rsavlm.models.generation.GenerationOptions;
import org.rsavlm.models.generation.Generator;
import org.rsavlm.models.generation.Prompt;
import org.rsavlm.models.generation.PromptMaker;
import org.rsavlm.models.generation.StopIds;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.llava.LoadedVlm;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa generate}: a model's answer to a question about images. */
@Command(
    name = "generate",
    description = {
      "Writes a model's answer to a prompt, with or without images.",
      "The best token is taken at each step unless --temperature, --top-p or --top-k is given."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa generate --model out/run/model --image cat.png --prompt 'What is this?'",
      "  rsa generate --model out/run/model --image a.png b.png --prompt 'What differs?' --json",
      "  rsa generate --model out/run/model --prompt 'Tell a story.' --temperature 0.7 --top-p 0.9",
      "  rsa generate --model out/stage1/model --image cat.png --template plain"
    })
final class GenerateCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private ModelOptions source = new ModelOptions();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      arity = "1..*",
      description = "PNG, JPEG, WebP, GIF or BMP; several come in the order given")
  private List<Path> images = new ArrayList<>();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "the question; <image> in it says where an image goes (default: before it)")
  private @Nullable String text;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description =
          "qwen_1_5 (chat), or plain, Stage-1's form: the caption of an image without a question"
              + " (${DEFAULT-VALUE})")
  private String template = PromptTemplate.QWEN_1_5.recipeName();

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "tokens at most (${DEFAULT-VALUE})")
  private int maxNewTokens = 256;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "draw tokens; scores are divided by X first; 0 takes the best token")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "draw among the best tokens that make up the probability X")
  private @Nullable Double topP;

  @Option(names = "--top-k", paramLabel = "N", description = "draw among the N best tokens")
  private @Nullable Integer topK;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "above 1, makes tokens that were there less likely (${DEFAULT-VALUE})")
  private double repetitionPenalty = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of the draws: the same seed gives the same text (${DEFAULT-VALUE})")
  private long seed = 0;

  @Override
  public void run() {
    try (NDManager manager = NDManager.newBaseManager();
        LoadedVlm vlm = source.open(manager)) {
      // What can be wrong shows before the weights are read.
      GenerationOptions options = options(StopIds.of(vlm));
      Prompt prompt = prompt(PromptMaker.of(vlm, PromptTemplate.parse(template)));
      write(manager, vlm.model(), vlm.tokenizer(), prompt, options);
    }
  }

  private GenerationOptions options(Set<Long> stopIds) {
    boolean draws = temperature != null || topP != null || topK != null;
    double heat = temperature != null ? temperature : draws ? 1 : 0;
    return new GenerationOptions(
        maxNewTokens,
        heat,
        topK == null ? 0 : topK,
        topP == null ? 1 : topP,
        repetitionPenalty,
        stopIds,
        seed);
  }

  private Prompt prompt(PromptMaker maker) {
    String question = text;
    if (question == null) {
      if (maker.template() != PromptTemplate.PLAIN) {
        throw new UserException("--prompt", "is missing", "give the question");
      }
      question = "";
    }
    return maker.question(question, images.stream().map(ImageReader::read).toList());
  }

  private void write(
      NDManager manager,
      VisionLanguageModel model,
      Tokenizer tokenizer,
      Prompt prompt,
      GenerationOptions options) {
    StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);
    try (StopSignal stop = StopSignal.listen()) {
      Generation made =
          Generator.of(model).stream(
              manager,
              prompt,
              options,
              (id, logProbability) -> {
                output.piece(detokenizer.add(id));
                return !stop.requested();
              });
      output.piece(detokenizer.flush() + System.lineSeparator());
      if (made.finish() == FinishReason.CANCELLED) {
        stop.throwIfRequested(made.ids().length + " tokens were written");
      }
      output.result(document(tokenizer, made));
    }
  }

  private static ObjectNode document(Tokenizer tokenizer, Generation made) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("text", StreamingDetokenizer.decode(tokenizer, made.idsBeforeStop()));
    ArrayNode ids = document.putArray("token_ids");
    for (long id : made.ids()) {
      ids.add(id);
    }
    ArrayNode logProbabilities = document.putArray("logprobs");
    for (double value : made.logProbabilities()) {
      logProbabilities.add(value);
    }
    return document.put("finish", made.finish().name().toLowerCase(Locale.ROOT));
  }
}
