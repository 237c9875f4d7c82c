package org.rsavlm.models.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image stream over bytes in memory: no copy and, unlike ImageIO's own streams, no cache on
 * disk.
 */
final class ByteArrayInput extends ImageInputStreamImpl {

  private final byte[] bytes;

  ByteArrayInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= bytes.length) {
      return -1;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, to, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
