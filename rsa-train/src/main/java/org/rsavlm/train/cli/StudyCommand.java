package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.study.RunMeasurements;
import org.rsavlm.eval.study.RunReader;
import org.rsavlm.eval.study.Study;
import org.rsavlm.eval.study.StudyReport;
import org.rsavlm.train.monitor.BuildInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rsa study}: a table or figure of the paper with our runs beside it. */
@Command(
    name = "study",
    description = {
      "Writes a table or figure of the paper with what runs measured beside it. Without an id the"
          + " studies are listed, with the keys that --run takes.",
      "",
      "A run is a directory of rsa train, a report.json of scripts/quickstart.sh or scripts/emoji.sh"
          + " (with all of its runs), what rsa align --json answered, or a results.json of rsa eval."
          + " Several runs of a key are its seeds."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa study figure-e1 --run out/emoji/report.json --out out/study",
      "  rsa study table-g2 --run before=coco-start.json --run after=coco-run.json",
      "  rsa study table-f1 --run baseline=out/f1-no-rsa --run euclidean=out/f1-euclidean",
      "  rsa study figure-4 --run rsa=out/rsa --run baseline=out/lm-only \\",
      "            --run rsa@1000=out/mme-rsa-1000/results.json"
    })
final class StudyCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "such as table-f1 or figure-e1")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--run",
      paramLabel = "KEY=PATH",
      description = "what stands beside the rows of KEY; KEY@STEP=PATH is a run's checkpoint")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--measures",
      paramLabel = "NAME",
      split = ",",
      description = "shown beside the study's own, with commas (mutual_knn,lm_loss)")
  private List<String> measures = List.of(Measure.MUTUAL_KNN.key(), Measure.LM_LOSS.key());

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "gets study.md, study.json and study.html")
  private @Nullable Path out;

  @Override
  public void run() {
    if (ids.isEmpty()) {
      list();
      return;
    }
    if (runs.isEmpty()) {
      throw new UserException("--run", "is missing", "name at least one run");
    }
    List<RunMeasurements> data = new ArrayList<>();
    runs.forEach(run -> data.addAll(RunReader.read(run)));
    StudyReport report = new StudyReport(ids.stream().map(Study::named).toList(), data, measures);
    output.line(report.markdown().strip());
    if (out != null) {
      Map<String, String> provenance = new LinkedHashMap<>();
      provenance.put("Runs", String.join("\n", runs));
      BuildInfo build = BuildInfo.current();
      provenance.put("Code", build.version() + ", commit " + build.commit());
      report.writeTo(out, provenance);
    }
    output.result(report.json());
  }

  private void list() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode list = document.putArray("studies");
    for (Study study : Study.all()) {
      output.line("%-10s %s (%s)".formatted(study.id(), study.title(), study.source()));
      if (!study.keys().isEmpty()) {
        output.line("           keys: " + String.join(", ", study.keys()));
      }
      ObjectNode node = list.addObject();
      node.put("id", study.id()).put("title", study.title()).put("source", study.source());
      study.keys().forEach(node.putArray("keys")::add);
    }
    output.result(document);
  }
}
