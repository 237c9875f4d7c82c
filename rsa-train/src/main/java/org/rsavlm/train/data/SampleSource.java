package org.rsavlm.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.ImageDirectory;
import org.rsavlm.models.table.IndexedRows;
import org.rsavlm.models.table.RowColumns;
import org.rsavlm.models.table.TableFiles;
import org.rsavlm.models.table.parquet.PageMemory;
import org.rsavlm.train.config.ColumnsRecipe;
import org.rsavlm.train.config.MixtureRecipe;
import org.rsavlm.train.config.SourceRecipe;

/**
 * One file of samples in a mixture: a recipe's {@link SourceRecipe} with its paths resolved.
 *
 * @param name what reports and rejections call it
 * @param file {@code .json}, {@code .jsonl} or {@code .parquet}; a directory of such, or a glob
 * @param imagesDir the directory that image names are relative to; no image may lie outside it
 * @param sampling which of its samples are taken
 * @param rsa whether its samples of one image and one caption take part in RSA
 * @param columns names of columns that are not the usual ones
 */
public record SampleSource(
    String name,
    Path file,
    Path imagesDir,
    SamplingStrategy sampling,
    boolean rsa,
    ColumnsRecipe columns) {

  /** All samples of a file under the file's name without its ending, without RSA. */
  public static SampleSource of(Path file, Path imagesDir) {
    return resolve(List.of(new SourceRecipe(file, imagesDir, "all", false, "", null)), Path.of(""))
        .get(0);
  }

  /**
   * The sources of a stage. One whose {@code json_path} is a {@code .yaml} file stands for the
   * mixture listed there, as LLaVA-NeXT writes them; its {@code images_dir} holds for those of the
   * mixture that state none, and its {@code rsa: true} for all of them.
   *
   * @param sources as the recipe lists them
   * @param dataDir base of relative paths, those inside a mixture file too
   * @throws UserException if a mixture file can't be used
   */
  public static List<SampleSource> resolve(List<SourceRecipe> sources, Path dataDir) {
    List<SampleSource> resolved = new ArrayList<>();
    for (SourceRecipe source : sources) {
      Path file = dataDir.resolve(source.jsonPath());
      if (isMixture(file)) {
        if (!source.samplingStrategy().equals("all")) {
          throw new UserException(
              file.toString(),
              "sampling_strategy is " + source.samplingStrategy() + " for a whole mixture",
              "state it at the sources inside the mixture file");
        }
        if (source.columns() != null) {
          throw new UserException(
              file.toString(),
              "has columns stated for a whole mixture",
              "state them at the sources inside the mixture file");
        }
        for (SourceRecipe inner : MixtureRecipe.load(file).datasets()) {
          if (isMixture(inner.jsonPath())) {
            throw new UserException(
                file.toString(),
                "lists the mixture " + inner.jsonPath(),
                "list its sources themselves");
          }
          resolved.add(resolve(inner, source, dataDir));
        }
      } else {
        resolved.add(resolve(source, source, dataDir));
      }
    }
    return List.copyOf(resolved);
  }

  private static SampleSource resolve(SourceRecipe source, SourceRecipe outer, Path dataDir) {
    Path file = dataDir.resolve(source.jsonPath());
    Path stated = source.imagesDir() != null ? source.imagesDir() : outer.imagesDir();
    Path imagesDir = stated != null ? dataDir.resolve(stated) : TableFiles.directory(file);
    return new SampleSource(
        source.name(),
        file,
        imagesDir,
        SamplingStrategy.parse(source.samplingStrategy(), file.toString()),
        source.rsa() || outer.rsa(),
        source.columns() == null ? ColumnsRecipe.USUAL : source.columns());
  }

  private static boolean isMixture(Path file) {
    return file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
  }

  /**
   * Opens its rows.
   *
   * @param mapping of its columns
   * @param memory shared by the sources of a mixture
   * @throws UserException if a file or the directory of images can't be used
   */
  IndexedRows open(RowColumns mapping, PageMemory memory) {
    ImageDirectory images;
    try {
      images = new ImageDirectory(imagesDir).check();
    } catch (IOException e) {
      throw new UserException(
          "data source " + name,
          "images_dir " + imagesDir + " can't be opened",
          "name the directory that the samples' image names are relative to",
          e);
    }
    return TableFiles.index(TableFiles.find(file), mapping, images, memory);
  }

  /** The same source under another name. */
  SampleSource withName(String other) {
    return new SampleSource(other, file, imagesDir, sampling, rsa, columns);
  }

  /** The same source with its {@code rsa} flag set. */
  public SampleSource withRsa(boolean flag) {
    return new SampleSource(name, file, imagesDir, sampling, flag, columns);
  }
}
