package org.rsavlm.train.distributed;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** Memory of a collective on a few bytes; filled and read by the host. */
interface Staging extends AutoCloseable {

  Pointer pointer();

  void write(long offset, byte[] contents);

  /** Reads {@code length} bytes, after the collective that wrote them is done. */
  byte[] read(long offset, int length);

  @Override
  void close();

  /** Memory of the host. */
  final class Host implements Staging {
    private final Memory memory;

    Host(long bytes) {
      memory = new Memory(Math.max(8, bytes));
    }

    @Override
    public Pointer pointer() {
      return memory;
    }

    @Override
    public void write(long offset, byte[] contents) {
      memory.write(offset, contents, 0, contents.length);
    }

    @Override
    public byte[] read(long offset, int length) {
      return memory.getByteArray(offset, length);
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
