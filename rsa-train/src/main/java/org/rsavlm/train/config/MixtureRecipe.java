package org.rsavlm.train.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rsavlm.core.UserException;

/**
 * LLaVA-NeXT's mixture file: a list of sources, each with {@code json_path} and {@code
 * sampling_strategy}, and our optional keys beside them.
 *
 * @param datasets the sources
 */
public record MixtureRecipe(List<SourceRecipe> datasets) {

  /** Checks that there is a source. */
  public MixtureRecipe {
    datasets = List.copyOf(datasets);
    if (datasets.isEmpty()) {
      throw new InvalidValueException("datasets", "is an empty list", "give at least one source");
    }
  }

  /**
   * Reads a mixture file.
   *
   * @param file the YAML file
   * @return its checked content
   * @throws UserException naming file and line when something in it can't be used
   */
  public static MixtureRecipe load(Path file) {
    try {
      return Binder.bind(
          MixtureRecipe.class, YamlReader.document(Files.readString(file), file.toString()));
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be read: " + e, "give the path of a YAML mixture", e);
    }
  }
}
