package org.rsavlm.train.monitor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The code that runs.
 *
 * @param version of the library
 * @param commit of its Git repository, with {@code -dirty} behind it where files differ from the
 *     commit; {@code unknown} where it wasn't started by the launcher from a checkout
 */
public record BuildInfo(String version, String commit) {

  /** System property in which {@code scripts/rsa} passes the commit. */
  private static final String COMMIT = "rsa.commit";

  /**
   * Reads the version that the build noted and the commit that the launcher found.
   *
   * @return version and commit
   */
  public static BuildInfo current() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is missing beside " + BuildInfo.class);
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(
        properties.getProperty("version", "unknown"), System.getProperty(COMMIT, "unknown"));
  }
}
