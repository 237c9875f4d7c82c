package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.ImportReport;
import picocli.CommandLine.Option;

/**
 * The options of commands that write a model directory, and what they print; mix it in with
 * picocli's {@code Mixin}.
 */
final class ModelOutputOptions {

  /** Element types that models are stored in. */
  enum Dtype {
    bfloat16,
    float16,
    float32
  }

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "the new directory; must not exist, or be empty")
  private Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "element type of all tensors: ${COMPLETION-CANDIDATES} (each tensor keeps its)")
  private @Nullable Dtype dtype;

  /** Returns the new directory, which a former run or anything else must not be in. */
  Path out() {
    if (Files.isDirectory(out)) {
      try (Stream<Path> files = Files.list(out)) {
        if (files.findAny().isEmpty()) {
          return out;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else if (!Files.exists(out)) {
      return out;
    }
    throw new UserException(
        out.toString(), "exists already", "remove it or choose another name for --out");
  }

  /** Returns the element type that was asked for. */
  @Nullable TorchDtype dtype() {
    return dtype == null ? null : TorchDtype.valueOf(dtype.name().toUpperCase(Locale.ROOT));
  }

  /** Prints where the model lies, its size and what was left out, and the same as JSON. */
  static void report(CommandOutput output, ImportReport report) {
    output.line(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters in %d tensors, %s; <image> is id %d",
            report.directory(),
            report.parameters(),
            report.tensors(),
            report.dtype().name().toLowerCase(Locale.ROOT),
            report.config().imageTokenId()));
    if (report.addedRows() > 0) {
      output.line(report.addedRows() + " rows added to the embedding for <image> and <video>");
    }
    if (!report.dropped().isEmpty()) {
      output.line(
          report.dropped().size()
              + " tensors of the source are not used and were left out, such as "
              + report.dropped().get(0));
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("directory", report.directory().toString());
    json.put("dtype", report.dtype().name().toLowerCase(Locale.ROOT));
    json.put("tensors", report.tensors());
    json.put("parameters", report.parameters());
    json.put("image_token_id", report.config().imageTokenId());
    json.put("vocabulary", report.config().language().vocabSize());
    json.put("added_rows", report.addedRows());
    ArrayNode dropped = json.putArray("dropped");
    report.dropped().forEach(dropped::add);
    output.result(json);
  }
}
