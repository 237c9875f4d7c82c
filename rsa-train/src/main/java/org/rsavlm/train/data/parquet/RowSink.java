package org.rsavlm.train.data.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Takes the rows of a shard. */
@FunctionalInterface
public interface RowSink {

  /**
   * Takes the next row.
   *
   * @param sample in LLaVA's form, its images as {@link ImageName}s
   * @param images how many it has
   */
  void accept(ObjectNode sample, int images) throws IOException;
}
