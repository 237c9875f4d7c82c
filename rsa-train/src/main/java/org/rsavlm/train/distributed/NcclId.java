package org.rsavlm.train.distributed;

import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/** {@code ncclUniqueId}: what ranks of one communicator have in common. */
@FieldOrder("internal")
public class NcclId extends Structure {

  /** Its size. */
  static final int BYTES = 128;

  /** The contents, which only NCCL understands. */
  public byte[] internal = new byte[BYTES];

  /** The same, passed as C passes a struct. */
  public static class ByValue extends NcclId implements Structure.ByValue {}

  /** Makes a new one, on one rank. */
  static NcclId create(NcclLibrary library) {
    NcclId id = new NcclId();
    NcclLibrary.check(library, "ncclGetUniqueId", library.ncclGetUniqueId(id));
    return id;
  }

  /** Makes one of another rank's bytes. */
  static ByValue of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an NCCL id of " + bytes.length + " bytes");
    }
    ByValue id = new ByValue();
    System.arraycopy(bytes, 0, id.internal, 0, BYTES);
    return id;
  }

  byte[] bytes() {
    return internal.clone();
  }
}
