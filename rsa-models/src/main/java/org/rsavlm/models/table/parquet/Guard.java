package org.rsavlm.models.table.parquet;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/**
 * What everything goes through that looks into a Parquet file: decoding a damaged one ends in
 * runtime exceptions of all kinds, and leaves here as the user's to mend.
 */
final class Guard {

  private static final String CURE = "fetch or write the file again, it is damaged";

  private Guard() {}

  /** Work on a file. */
  @FunctionalInterface
  interface Work<T> {

    T call() throws IOException;
  }

  /**
   * Does the work.
   *
   * @param where the place in the file, for the error
   * @throws UserException whatever the work ends in
   */
  static <T> T call(Path file, Supplier<String> where, Work<T> work) {
    try {
      return work.call();
    } catch (UserException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new UserException(
          file.toString(),
          "can't be read: " + FileFaults.describe(e),
          "check the path and the directory it is relative to",
          e);
    } catch (IOException | RuntimeException e) {
      throw damaged(where.get(), e);
    }
  }

  private static UserException damaged(String where, Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new UserException(
        where, "can't be read as Parquet: " + reason.lines().findFirst().orElse(""), CURE, e);
  }
}
