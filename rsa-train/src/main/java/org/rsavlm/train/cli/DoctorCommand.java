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

  @Mixin private Answer answer = new Answer();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where runs will be written (default: the current directory)")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(MachineChecks.all(out.toAbsolutePath()));
    findings.addAll(EngineChecks.all());
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    boolean usable = true;
    for (Finding finding : findings) {
      String state = finding.state().name().toLowerCase(Locale.ROOT);
      answer.line("%-8s %-16s %s".formatted(state, finding.name(), finding.found()));
      if (!finding.cure().isEmpty()) {
        answer.line(" ".repeat(26) + "-> " + finding.cure());
      }
      usable &= finding.state() != Finding.State.MISSING;
      list.addObject()
          .put("name", finding.name())
          .put("state", state)
          .put("found", finding.found())
          .put("cure", finding.cure());
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("usable", usable).set("findings", list);
    answer.line(usable ? "Training can run here." : "Training can't run here yet.");
    answer.result(document);
    return usable ? 0 : Failures.USERS;
  }
}
