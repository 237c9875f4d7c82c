package org.rsavlm.train.monitor;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.models.table.TableFiles;
import org.rsavlm.train.config.EvaluationRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeWriter;
import org.rsavlm.train.config.SourceRecipe;
import org.rsavlm.train.data.SampleSource;

/**
 * What a run was made from: enough to repeat it, and to tell two runs apart.
 *
 * @param name of the recipe
 * @param recipeSha256 fingerprint of the resolved recipe, {@code config.yaml} beside this file
 * @param dataSha256 fingerprint of the data files ({@link DataFingerprint})
 * @param seed of the run
 * @param version of this library
 * @param commit of its source, see {@link BuildInfo}
 * @param java version and vendor
 * @param os name, version and architecture
 * @param engine DJL's and libtorch's versions
 * @param threads that one tensor operation may use: sums depend on it in their last bits
 * @param started when the run began
 */
public record Provenance(
    String name,
    String recipeSha256,
    String dataSha256,
    long seed,
    String version,
    String commit,
    String java,
    String os,
    String engine,
    int threads,
    Instant started) {

  /** The file's name in a run's directory. */
  public static final String FILE = "provenance.json";

  /**
   * Collects what is true now.
   *
   * @param recipe the resolved recipe; its data files are read
   * @return the record of this run
   * @throws org.rsavlm.core.UserException when a data file can't be read
   */
  public static Provenance collect(Recipe recipe) {
    BuildInfo build = BuildInfo.current();
    return new Provenance(
        recipe.name(),
        RecipeWriter.sha256(recipe),
        DataFingerprint.of(dataFiles(recipe)),
        recipe.seed(),
        build.version(),
        build.commit(),
        System.getProperty("java.version") + " " + System.getProperty("java.vendor"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        "DJL " + Engine.getDjlVersion() + ", libtorch " + TorchRuntime.version(),
        TorchRuntime.threads(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static Set<Path> dataFiles(Recipe recipe) {
    List<SourceRecipe> sources = new ArrayList<>();
    recipe.stages().forEach(stage -> sources.addAll(stage.data()));
    EvaluationRecipe evaluation = recipe.evaluation();
    if (evaluation != null) {
      sources.add(evaluation.data());
      if (evaluation.questions() != null) {
        sources.add(evaluation.questions());
      }
    }
    Set<Path> files = new TreeSet<>();
    for (SourceRecipe source : sources) {
      // A mixture's own file counts beside those it lists: it says which of their samples are used.
      files.addAll(files(recipe.dataPath(source.jsonPath())));
      for (SampleSource listed : SampleSource.resolve(List.of(source), recipe.dataDir())) {
        files.addAll(files(listed.file()));
      }
    }
    return files;
  }

  private static List<Path> files(Path source) {
    return Files.isRegularFile(source) ? List.of(source) : TableFiles.find(source);
  }

  /**
   * Returns all fields as the JSON of {@value #FILE}.
   *
   * @return a new tree
   */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", name)
        .put("recipe_sha256", recipeSha256)
        .put("data_sha256", dataSha256)
        .put("seed", seed)
        .put("version", version)
        .put("commit", commit)
        .put("java", java)
        .put("os", os)
        .put("engine", engine)
        .put("threads", threads)
        .put("started", started.toString());
  }

  /**
   * Writes {@value #FILE}, whole or not at all.
   *
   * @param directory of the run
   */
  public void write(Path directory) {
    try {
      String text = new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(toJson());
      AtomicFiles.write(directory.resolve(FILE), text + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }
}
