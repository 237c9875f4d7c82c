package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.eval.alignment.LayerFeatures;
import org.rsavlm.eval.probe.DrawnPairs;
import org.rsavlm.eval.probe.PairGatherer;
import org.rsavlm.eval.probe.PairSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa align extract}: a checkpoint's features of drawn pairs, in a file. */
@Command(
    name = "extract",
    description = {
      "Writes a checkpoint's features of image-caption pairs at every layer: tensors vision and"
          + " text of [layers, N, d], for rsa align --vision FILE#vision --text FILE#text.",
      "The same --data, --samples and --seed give the same pairs for every model, so that two"
          + " models' vision or language sides can be compared too."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  rsa align extract --model a/model --data coco.parquet --out a.safetensors",
      "  rsa align extract --model b/model --data coco.parquet --out b.safetensors",
      "  rsa align --vision a.safetensors#vision --text b.safetensors#vision --normalize"
    })
final class AlignExtractCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private PairOptions pairs = new PairOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "gets the features, as .safetensors")
  private Path out = Path.of("");

  @Override
  public void run() {
    PairGatherer.Options draws = pairs.draws(1);
    PairSource source = pairs.source();
    DrawnPairs drawn = CheckpointFeatures.gather(model.directory(), model.type(), source, draws);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("model", model.directory().toString());
    metadata.put("data", String.valueOf(pairs.path()));
    metadata.put("columns", source.columns().name());
    metadata.put("samples", Integer.toString(draws.samples()));
    metadata.put("seed", draws.seeds().get(0).toString());
    drawn.write(out, metadata);
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("file", out.toString()).put("samples", draws.samples());
    document.put("rejected", drawn.rejected());
    describe(document, "vision", drawn.vision());
    describe(document, "text", drawn.text());
    output.line(
        "%s: vision [%d, %d, %d], text [%d, %d, %d]"
            .formatted(
                out,
                drawn.vision().layers(),
                draws.samples(),
                drawn.vision().layer(0).cols(),
                drawn.text().layers(),
                draws.samples(),
                drawn.text().layer(0).cols()));
    output.result(document);
  }

  private static void describe(ObjectNode document, String side, LayerFeatures features) {
    document
        .putArray(side)
        .addAll(
            List.of(
                JsonNodeFactory.instance.numberNode(features.layers()),
                JsonNodeFactory.instance.numberNode(features.layer(0).cols())));
  }
}
