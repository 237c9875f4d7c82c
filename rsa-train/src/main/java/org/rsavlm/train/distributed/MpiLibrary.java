package org.rsavlm.train.distributed;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.distributed.RankIdentity.Launcher;

/** A loaded MPI library: its functions by name, with errors as exceptions. */
final class MpiLibrary {

  /** Names a library to load instead of the usual ones. */
  static final String VARIABLE = "RSA_MPI_LIBRARY";

  /** RTLD_LAZY | RTLD_GLOBAL: Open MPI's plug-ins look for its symbols everywhere. */
  private static final int OPEN_FLAGS = 0x101;

  private static final int LONGEST_TEXT = 8192;

  private final NativeLibrary library;
  private final MpiFamily family;

  private MpiLibrary(NativeLibrary library) {
    this.library = library;
    this.family = MpiFamily.of(library);
  }

  /**
   * Loads the library that goes with a launcher.
   *
   * @throws UserException if none is found
   */
  static MpiLibrary load(Launcher launcher) {
    return load(names(launcher, System.getenv(VARIABLE)));
  }

  static MpiLibrary load(List<String> names) {
    disableUcxSignals();
    StringBuilder tried = new StringBuilder();
    for (String name : names) {
      try {
        return new MpiLibrary(
            NativeLibrary.getInstance(name, Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS)));
      } catch (UnsatisfiedLinkError e) {
        tried.append(tried.isEmpty() ? "" : ", ").append(name);
      }
    }
    throw new UserException(
        "MPI",
        "no library found (tried " + tried + ")",
        "install Open MPI (openmpi-bin) or MPICH (mpich), or set " + VARIABLE + " to its libmpi");
  }

  /** Names to try, the launcher's own first: a machine may have both families. */
  static List<String> names(Launcher launcher, @Nullable String wanted) {
    if (wanted != null && !wanted.isBlank()) {
      return List.of(wanted);
    }
    List<String> openMpi = List.of("libmpi.so.40", "libmpi.so.80");
    List<String> mpich = List.of("libmpich.so.12", "libmpi.so.12");
    List<String> names = new ArrayList<>();
    if (launcher == Launcher.SLURM) {
      names.add("libmpi.so"); // what the site's modules chose
    }
    names.addAll(launcher == Launcher.PMI ? mpich : openMpi);
    names.addAll(launcher == Launcher.PMI ? openMpi : mpich);
    names.add("libmpi.so");
    return List.copyOf(names);
  }

  /**
   * UCX, in Debian's MPICH and under InfiniBand, takes SIGSEGV for a crash, but the JVM makes one
   * of each first null check: without this the process ends. UCX reads the variable when loaded.
   */
  private static void disableUcxSignals() {
    NativeLibrary.getProcess()
        .getFunction("setenv")
        .invokeInt(new Object[] {"UCX_ERROR_SIGNALS", "", 0});
  }

  MpiFamily family() {
    return family;
  }

  String fileName() {
    return library.getFile() == null ? library.getName() : library.getFile().getName();
  }

  /** The first line of what the library says of itself; may be asked before MPI_Init. */
  String version() {
    try (Memory text = new Memory(LONGEST_TEXT)) {
      call("MPI_Get_library_version", text, new IntByReference());
      return text.getString(0).lines().findFirst().orElse("").strip();
    }
  }

  /**
   * Calls a function.
   *
   * @throws CommunicationException with MPI's text if it fails
   */
  void call(String name, @Nullable Object... arguments) {
    int error = tryCall(name, arguments);
    if (error != 0) {
      throw new CommunicationException(name + ": " + errorText(error));
    }
  }

  /** Calls a function and returns its status, 0 for success. */
  int tryCall(String name, @Nullable Object... arguments) {
    Function function = library.getFunction(name);
    return function.invokeInt(arguments);
  }

  /** Calls a function that gives a number of the world communicator, such as its size. */
  int number(String name) {
    IntByReference value = new IntByReference();
    call(name, family.world(), value);
    return value.getValue();
  }

  private String errorText(int error) {
    try (Memory text = new Memory(LONGEST_TEXT)) {
      Pointer to = text;
      int failed = tryCall("MPI_Error_string", error, to, new IntByReference());
      return failed == 0 ? text.getString(0).strip() : "error " + error;
    }
  }
}
