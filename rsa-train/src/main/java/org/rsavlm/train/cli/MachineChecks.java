package org.rsavlm.train.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code rsa doctor} says of Java, memory, disk and environment. */
final class MachineChecks {

  private static final long GIB = 1L << 30;

  private MachineChecks() {}

  static List<CheckResult> all(Path out) {
    List<CheckResult> checks = new ArrayList<>();
    checks.add(java(Runtime.version()));
    checks.add(platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    int cores = Runtime.getRuntime().availableProcessors();
    checks.add(
        cores > 1
            ? CheckResult.ok("cores", Integer.toString(cores))
            : CheckResult.warning("cores", "1", "loading and training will take turns"));
    checks.add(heap(Runtime.getRuntime().maxMemory(), physicalMemory()));
    checks.add(disk(out));
    checks.addAll(environment(System.getenv(), cores));
    return checks;
  }

  static CheckResult java(Runtime.Version version) {
    return version.feature() >= 17
        ? CheckResult.ok("java", version + " (" + System.getProperty("java.vendor") + ")")
        : CheckResult.missing("java", version.toString(), "install a JDK 17 or newer");
  }

  static CheckResult platform(String os, String arch) {
    String found = os + " " + arch;
    return os.equals("Linux") && arch.equals("amd64")
        ? CheckResult.ok("platform", found)
        : CheckResult.warning(
            "platform",
            found,
            "the bundled libtorch is for Linux on x86_64; set PYTORCH_LIBRARY_PATH to a torch 2.7.1");
  }

  static CheckResult heap(long heap, long physical) {
    String found = gib(heap) + " heap of " + gib(physical) + " memory";
    if (heap < GIB / 2) {
      return CheckResult.warning("memory", found, "raise the heap: RSA_JAVA_OPTS=-Xmx2g");
    }
    if (heap > physical * 0.75) {
      return CheckResult.warning(
          "memory", found, "tensors live outside the heap: leave them room, RSA_JAVA_OPTS=-Xmx4g");
    }
    return CheckResult.ok("memory", found);
  }

  static CheckResult disk(Path out) {
    Path existing = out;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return CheckResult.missing(
          "disk", out + " can't be written", "choose another directory with --out");
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = gib(free) + " free at " + existing;
      return free >= 2 * GIB
          ? CheckResult.ok("disk", found)
          : CheckResult.warning(
              "disk", found, "a checkpoint of a 7B model needs 100 GiB, the quickstart 1 GiB");
    } catch (IOException e) {
      return CheckResult.warning(
          "disk", "space at " + existing + " unknown: " + e, "check it yourself");
    }
  }

  static List<CheckResult> environment(Map<String, String> environment, int cores) {
    List<CheckResult> checks = new ArrayList<>();
    String policy = environment.getOrDefault("OMP_WAIT_POLICY", "unset");
    String spin = environment.getOrDefault("GOMP_SPINCOUNT", "unset");
    String openmp = "OMP_WAIT_POLICY=" + policy + " GOMP_SPINCOUNT=" + spin;
    // Within four digits a thread spins for a few microseconds, unset for milliseconds.
    boolean passive = policy.equalsIgnoreCase("passive") && spin.matches("\\d{1,4}");
    checks.add(
        passive
            ? CheckResult.ok("openmp", openmp)
            : CheckResult.warning(
                "openmp",
                openmp,
                "idle threads spin and slow shared machines down: start through scripts/rsa"));
    String threads = environment.get("OMP_NUM_THREADS");
    if (threads != null && threads.matches("\\d+") && Integer.parseInt(threads) > cores) {
      checks.add(
          CheckResult.warning(
              "openmp threads",
              "OMP_NUM_THREADS=" + threads + " on " + cores + " cores",
              "set it to " + cores + " or less"));
    }
    String threshold = environment.get("MALLOC_MMAP_THRESHOLD_");
    checks.add(
        threshold != null
            ? CheckResult.ok("allocator", "MALLOC_MMAP_THRESHOLD_=" + threshold)
            : CheckResult.warning(
                "allocator",
                "MALLOC_MMAP_THRESHOLD_ unset",
                "freed tensors may stay in the process: start through scripts/rsa"));
    return checks;
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) GIB);
  }
}
