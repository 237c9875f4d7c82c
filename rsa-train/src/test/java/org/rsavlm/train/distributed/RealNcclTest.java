package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.UserException;

/**
 * The real library as far as it goes without a GPU; {@code RSA_NCCL_LIBRARY} names it, such as that
 * of the Python wheel nvidia-nccl-cu12.
 */
class RealNcclTest {

  private NcclLibrary library = new RecordingNccl();

  @BeforeEach
  void load() {
    try {
      library = NcclLibrary.load();
    } catch (UserException e) {
      System.out.println("RealNcclTest skips: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
  }

  @Test
  void tellsItsVersion() {
    assertThat(NcclLibrary.version(library)).matches("2\\.\\d+\\.\\d+");
  }

  @Test
  void makesADifferentIdEachTime() {
    byte[] id = NcclId.create(library).bytes();
    assertThat(id).hasSize(128).isNotEqualTo(new byte[128]);
    assertThat(NcclId.create(library).bytes()).isNotEqualTo(id);
  }

  /** The rank comes after the struct: it is understood only if the struct is passed by value. */
  @Test
  void saysWhatIsWrongWithoutADevice() {
    NcclId.ByValue id = NcclId.of(NcclId.create(library).bytes());
    PointerByReference communicator = new PointerByReference();
    Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidia0")));
    assertThatThrownBy(
            () ->
                NcclLibrary.check(
                    library, "ncclCommInitRank", library.ncclCommInitRank(communicator, 1, id, 0)))
        .isInstanceOf(CommunicationException.class)
        .hasMessageContaining("ncclCommInitRank: unhandled cuda error")
        .hasMessageContaining("NCCL status 1");
  }
}
