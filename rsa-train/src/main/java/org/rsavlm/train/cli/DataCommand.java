package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.DataReport;
import org.rsavlm.train.run.DataCheck;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rsa data}: checks the data of a recipe; its subcommands make data sets. */
@Command(
    name = "data",
    description = {
      "Checks the data of a recipe before a run: counts, missing and broken images, lengths,"
          + " examples with the trained tokens in brackets.",
      "Its subcommands make small image-caption data sets."
    },
    mixinStandardHelpOptions = true,
    subcommands = {ScenesCommand.class, EmojiCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa data --config configs/debug.yaml",
      "  rsa data --config my.yaml --stage 1 --samples 0 --examples 3 --json",
      "  rsa data scenes --out out/scenes"
    })
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private RecipeOverrides overrides = new RecipeOverrides();

  @Option(names = "--config", paramLabel = "FILE", description = "the recipe whose data to check")
  private @Nullable Path config;

  @Option(names = "--stage", paramLabel = "NAME", description = "this stage alone (default: all)")
  private String stage = StageSelection.ALL;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "read so many samples of a source, drawn evenly; 0: all (${DEFAULT-VALUE})")
  private int samples = 1000;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "show so many samples of a source (${DEFAULT-VALUE})")
  private int examples = 1;

  @Override
  public void run() {
    if (config == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "no data named: give --config or a subcommand");
    }
    Recipe recipe = StageSelection.select(overrides.load(config), stage);
    DataCheck check = new DataCheck(recipe, samples, examples);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (StageRecipe each : recipe.stages()) {
      DataReport report = check.check(each);
      DataReportText.lines(each.name(), report).forEach(output::line);
      json.set(each.name(), report.toJson());
    }
    output.result(JsonNodeFactory.instance.objectNode().set("stages", json));
  }
}
