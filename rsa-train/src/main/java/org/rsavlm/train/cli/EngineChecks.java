package org.rsavlm.train.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.distributed.TransportProbe;

/** What {@code rsa doctor} says of libtorch, its JNI library and the devices. */
final class EngineChecks {

  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final Pattern LIBRARY =
      Pattern.compile(
          "\\s(/\\S*/[^/\\s]*(?:libtorch_c\\w+|libdjl_torch|libgomp|libiomp5)[^/\\s]*\\.so\\S*)");

  private EngineChecks() {}

  static List<CheckResult> all() {
    List<CheckResult> checks = new ArrayList<>();
    Engine engine;
    try {
      engine = Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      checks.add(
          CheckResult.missing(
              "libtorch",
              rootCause(e).toString(),
              "run once with network access, or set PYTORCH_LIBRARY_PATH to a torch 2.7.1"
                  + " installation (and PYTORCH_FLAVOR, cpu or cu128)"));
      return checks;
    }
    checks.add(
        CheckResult.ok("libtorch", TorchRuntime.version() + ", DJL " + Engine.getDjlVersion()));
    for (String library : loadedLibraries()) {
      checks.add(CheckResult.ok("library", library));
    }
    checks.add(CheckResult.ok("torch threads", Integer.toString(TorchRuntime.threads())));
    checks.add(devices(engine.getGpuCount()));
    checks.add(product());
    checks.addAll(transports());
    return checks;
  }

  /** Tells what joins ranks; one process needs neither. */
  private static List<CheckResult> transports() {
    return List.of(
        CheckResult.ok(
            "mpi", TransportProbe.mpi().orElse("none: needed for several ranks on CPUs")),
        CheckResult.ok("nccl", TransportProbe.nccl().orElse("none: needed for several GPUs")));
  }

  private static CheckResult devices(int gpus) {
    if (gpus > 0) {
      return CheckResult.ok("devices", gpus + " CUDA");
    }
    return Files.exists(Path.of("/dev/nvidia0"))
        ? CheckResult.warning(
            "devices",
            "cpu only, although this machine has an NVIDIA GPU",
            "leave the CPU natives off the classpath and set PYTORCH_FLAVOR=cu128")
        : CheckResult.ok("devices", "cpu");
  }

  /** Multiplies two matrices, so that a library that loads but can't compute is noticed. */
  private static CheckResult product() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray ones = manager.ones(new Shape(64, 64));
      float sum = ones.matMul(ones).sum().getFloat();
      return sum == 64f * 64 * 64
          ? CheckResult.ok("arithmetic", "64 x 64 product is right")
          : CheckResult.missing(
              "arithmetic", "64 x 64 product is wrong: " + sum, "reinstall libtorch");
    } catch (RuntimeException | LinkageError e) {
      return CheckResult.missing("arithmetic", rootCause(e).toString(), "reinstall libtorch");
    }
  }

  /** The native libraries of the engine that this process has mapped (Linux). */
  private static Set<String> loadedLibraries() {
    Set<String> libraries = new TreeSet<>();
    if (Files.isReadable(MAPS)) {
      try {
        Matcher matcher = LIBRARY.matcher(Files.readString(MAPS));
        while (matcher.find()) {
          libraries.add(matcher.group(1));
        }
      } catch (IOException e) {
        return libraries; // knowing the paths is a comfort, not a need
      }
    }
    return libraries;
  }

  private static Throwable rootCause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
