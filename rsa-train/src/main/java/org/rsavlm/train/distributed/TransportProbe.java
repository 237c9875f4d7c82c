package org.rsavlm.train.distributed;

import java.util.Optional;
import org.rsavlm.core.UserException;

/** What {@code rsa doctor} says of transports: loads them, joins nothing. */
public final class TransportProbe {

  private TransportProbe() {}

  /** Returns MPI's family, version and file, or nothing if there is no library. */
  public static Optional<String> mpi() {
    try {
      MpiLibrary library = MpiLibrary.load(RankIdentity.fromEnvironment().launcher());
      return Optional.of(
          "%s family, %s (%s)"
              .formatted(library.family().name(), library.version(), library.fileName()));
    } catch (UserException | CommunicationException e) {
      return Optional.empty();
    }
  }

  /** Returns NCCL's version, or nothing if there is no library. */
  public static Optional<String> nccl() {
    try {
      return Optional.of(NcclLibrary.version(NcclLibrary.load()));
    } catch (UserException | CommunicationException e) {
      return Optional.empty();
    }
  }
}
