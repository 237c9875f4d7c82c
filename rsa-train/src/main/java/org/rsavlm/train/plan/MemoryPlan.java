package org.rsavlm.train.plan;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Memory of a rank at the highest moment of a step, by item.
 *
 * @param bytes of every item
 * @param moment what the rank works at then
 */
record MemoryPlan(Map<Item, Long> bytes, String moment) {

  /** What memory is for, in the order of tables. */
  enum Item {
    WEIGHTS("weights"),
    GRADIENTS("gradients"),
    OPTIMIZER("optimiser state"),
    BUCKETS("reduction buckets"),
    VISION("kept of the tower"),
    PIXELS("pixels"),
    CAPTIONS("kept of captions"),
    LANGUAGE("kept of the language model"),
    WORK("at work"),
    OVERHEAD("process");

    private final String label;

    Item(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  MemoryPlan {
    bytes = Collections.unmodifiableMap(new EnumMap<>(bytes));
  }

  long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
