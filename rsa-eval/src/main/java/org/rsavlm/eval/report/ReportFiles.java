package org.rsavlm.eval.report;

import java.nio.file.Path;
import org.rsavlm.core.io.AtomicFiles;

/** The files of a {@link RunReport}: a page for readers, the numbers for programs. */
public final class ReportFiles {

  private ReportFiles() {}

  /**
   * Writes {@code report.html} and {@code report.json}, each in one piece or not at all.
   *
   * @param report what they show
   * @param directory made if missing
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public static void write(RunReport report, Path directory) {
    AtomicFiles.write(directory.resolve("report.json"), ReportJson.of(report));
    AtomicFiles.write(directory.resolve("report.html"), HtmlPage.of(report));
  }
}
