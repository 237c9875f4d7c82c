package org.rsavlm.core.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Process-wide settings of libtorch. */
public final class TorchRuntime {

  private static final Path STATUS = Path.of("/proc/self/status");

  private TorchRuntime() {}

  /**
   * Seeds torch's generators on CPU and GPU.
   *
   * <p>Torch's state can not be read back from Java, so a run that must resume exactly seeds every
   * step from its own seed and the step's number.
   */
  public static void seed(long seed) {
    Engine.getEngine("PyTorch");
    JniUtils.setSeed(seed);
  }

  /**
   * Sets the threads that one operation may use, for the calling thread and threads started later.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; it must be at least 1");
    }
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
  }

  /** Returns the threads that one operation of the calling thread may use. */
  public static int threads() {
    Engine.getEngine("PyTorch");
    return JniUtils.getNumThreads();
  }

  /** Returns the version of libtorch. */
  public static String version() {
    return Engine.getEngine("PyTorch").getVersion();
  }

  /**
   * Returns the largest resident size that the process has had, in bytes, native memory included; 0
   * where the operating system does not tell (other than Linux).
   */
  public static long peakResidentBytes() {
    return statusBytes("VmHWM:");
  }

  /** Returns the present resident size of the process in bytes; 0 as {@link #peakResidentBytes}. */
  public static long residentBytes() {
    return statusBytes("VmRSS:");
  }

  private static long statusBytes(String key) {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return 0; // a missing figure must not stop a run
    }
    return 0;
  }
}
