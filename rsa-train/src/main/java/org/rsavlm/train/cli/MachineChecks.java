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

  static List<Finding> all(Path out) {
    List<Finding> findings = new ArrayList<>();
    findings.add(java(Runtime.version()));
    findings.add(platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    int cores = Runtime.getRuntime().availableProcessors();
    findings.add(
        cores > 1
            ? Finding.ok("cores", Integer.toString(cores))
            : Finding.warning("cores", "1", "loading and training will take turns"));
    findings.add(heap(Runtime.getRuntime().maxMemory(), physicalMemory()));
    findings.add(disk(out));
    findings.addAll(environment(System.getenv(), cores));
    return findings;
  }

  static Finding java(Runtime.Version version) {
    return version.feature() >= 17
        ? Finding.ok("java", version + " (" + System.getProperty("java.vendor") + ")")
        : Finding.missing("java", version.toString(), "install a JDK 17 or newer");
  }

  static Finding platform(String os, String arch) {
    String found = os + " " + arch;
    return os.equals("Linux") && arch.equals("amd64")
        ? Finding.ok("platform", found)
        : Finding.warning(
            "platform",
            found,
            "the bundled libtorch is for Linux on x86_64; set PYTORCH_LIBRARY_PATH to a torch 2.7.1");
  }

  static Finding heap(long heap, long physical) {
    String found = gib(heap) + " heap of " + gib(physical) + " memory";
    if (heap < GIB / 2) {
      return Finding.warning("memory", found, "raise the heap: RSA_JAVA_OPTS=-Xmx2g");
    }
    if (heap > physical * 0.75) {
      return Finding.warning(
          "memory", found, "tensors live outside the heap: leave them room, RSA_JAVA_OPTS=-Xmx4g");
    }
    return Finding.ok("memory", found);
  }

  static Finding disk(Path out) {
    Path existing = out;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.missing(
          "disk", out + " can't be written", "choose another directory with --out");
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = gib(free) + " free at " + existing;
      return free >= 2 * GIB
          ? Finding.ok("disk", found)
          : Finding.warning(
              "disk", found, "a checkpoint of a 7B model needs 100 GiB, the quickstart 1 GiB");
    } catch (IOException e) {
      return Finding.warning(
          "disk", "space at " + existing + " unknown: " + e, "check it yourself");
    }
  }

  static List<Finding> environment(Map<String, String> environment, int cores) {
    List<Finding> findings = new ArrayList<>();
    String policy = environment.getOrDefault("OMP_WAIT_POLICY", "unset");
    String spin = environment.getOrDefault("GOMP_SPINCOUNT", "unset");
    String openmp = "OMP_WAIT_POLICY=" + policy + " GOMP_SPINCOUNT=" + spin;
    // Within four digits a thread spins for a few microseconds, unset for milliseconds.
    boolean passive = policy.equalsIgnoreCase("passive") && spin.matches("\\d{1,4}");
    findings.add(
        passive
            ? Finding.ok("openmp", openmp)
            : Finding.warning(
                "openmp",
                openmp,
                "idle threads spin and slow shared machines down: start through scripts/rsa"));
    String threads = environment.get("OMP_NUM_THREADS");
    if (threads != null && threads.matches("\\d+") && Integer.parseInt(threads) > cores) {
      findings.add(
          Finding.warning(
              "openmp threads",
              "OMP_NUM_THREADS=" + threads + " on " + cores + " cores",
              "set it to " + cores + " or less"));
    }
    String threshold = environment.get("MALLOC_MMAP_THRESHOLD_");
    findings.add(
        threshold != null
            ? Finding.ok("allocator", "MALLOC_MMAP_THRESHOLD_=" + threshold)
            : Finding.warning(
                "allocator",
                "MALLOC_MMAP_THRESHOLD_ unset",
                "freed tensors may stay in the process: start through scripts/rsa"));
    return findings;
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
