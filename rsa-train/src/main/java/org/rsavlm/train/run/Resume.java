package org.rsavlm.train.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to do where a directory holds a run already.
 *
 * @param mode the choice
 * @param from the checkpoint of {@link Mode#FROM}; null otherwise
 */
public record Resume(Mode mode, @Nullable Path from) {

  /**
   * Continue a run of the same recipe from its newest checkpoint; begin one where there is none.
   */
  public static final Resume AUTO = new Resume(Mode.AUTO, null);

  /** Begin a run; refuse a directory that holds one. */
  public static final Resume NEVER = new Resume(Mode.NEVER, null);

  /** The choices. */
  public enum Mode {
    /** See {@link Resume#AUTO}. */
    AUTO,
    /** See {@link Resume#NEVER}. */
    NEVER,
    /** Continue from one checkpoint. */
    FROM
  }

  /**
   * Continue from a checkpoint: of the same run, whose later checkpoints are removed then, or of
   * another with the same recipe, into a directory without a run.
   */
  public static Resume from(Path checkpoint) {
    return new Resume(Mode.FROM, checkpoint);
  }

  /** What a user wrote: {@code auto}, {@code never} or a path. */
  public static Resume parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "never" -> NEVER;
      default -> from(Path.of(text));
    };
  }
}
