package org.rsavlm.models.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.UserException;

/**
 * A checked safetensors header.
 *
 * @param metadata free text of the writer, often {@code format: pt}
 * @param entries the tensors in the order of their data, without holes or overlaps
 * @param dataStart position of the first data byte in the file
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries, long dataStart) {

  /** Largest header that readers accept; the reference implementation has the same limit. */
  static final int MAX_BYTES = 100_000_000;

  static final String METADATA_KEY = "__metadata__";

  /**
   * A tensor and its bytes.
   *
   * @param info name, type and shape
   * @param begin its first byte, counted from the start of the data
   * @param end one past its last byte
   */
  record Entry(TensorInfo info, long begin, long end) {}

  /** Returns the fault of a file that is not what its name promises. */
  static UserException damaged(Path file, String what) {
    return new UserException(
        file.toString(), what, "the file is damaged or incomplete: copy or download it again");
  }
}
