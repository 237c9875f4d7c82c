package org.rsavlm.train.data;

import org.rsavlm.models.image.RgbImage;

/** Where a sample's images come from. Safe for many threads. */
interface ImageStore {

  /** Decodes one of the sample's images. */
  RgbImage read(Sample sample, String name) throws RejectedSampleException;
}
