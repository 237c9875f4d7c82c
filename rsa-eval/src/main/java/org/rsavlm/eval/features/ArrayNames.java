package org.rsavlm.eval.features;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.Quote;

/** Chooses among the arrays of a file, by name. */
final class ArrayNames {
  private static final int SHOWN = 8;

  private ArrayNames() {}

  /** Returns the name of the only array; a file of several has to be told which. */
  static String only(Path file, Collection<String> names) {
    if (names.size() != 1) {
      throw new UserException(
          file.toString(),
          names.isEmpty() ? "no array in it" : names.size() + " arrays in it: " + sample(names),
          names.isEmpty() ? "give a file with features" : "choose one with FILE#NAME");
    }
    return names.iterator().next();
  }

  /** Returns the first names as a list for an error message. */
  static String sample(Collection<String> names) {
    String shown =
        names.stream().sorted().limit(SHOWN).map(Quote::of).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + ", …" : shown;
  }
}
