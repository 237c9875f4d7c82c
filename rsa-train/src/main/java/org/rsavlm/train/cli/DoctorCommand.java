package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa doctor}: what this machine offers, and what to do where something is missing. */
@Command(
    name = "doctor",
    description = "Checks Java, memory, libtorch, devices and settings of this machine.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  rsa doctor", "  rsa doctor --out /data/runs --json"})
final class DoctorCommand implements Callable<Integer> {

  @Mixin private CommandOutput output = new CommandOutput();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where runs will be written (default: the current directory)")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    List<CheckResult> checks = new ArrayList<>(MachineChecks.all(out.toAbsolutePath()));
    checks.addAll(EngineChecks.all());
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    boolean usable = true;
    for (CheckResult check : checks) {
      String state = check.state().name().toLowerCase(Locale.ROOT);
      output.line("%-8s %-16s %s".formatted(state, check.name(), check.found()));
      if (!check.cure().isEmpty()) {
        output.line(" ".repeat(26) + "-> " + check.cure());
      }
      usable &= check.state() != CheckResult.State.MISSING;
      list.addObject()
          .put("name", check.name())
          .put("state", state)
          .put("found", check.found())
          .put("cure", check.cure());
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("usable", usable).set("findings", list);
    output.line(usable ? "Training can run here." : "Training can't run here yet.");
    output.result(document);
    return usable ? 0 : ErrorReporter.USER_FAULT;
  }
}
