package org.rsavlm.train.distributed;

import java.time.Duration;

/** A transport's {@link Pending}, which also waits with another deadline. */
interface Operation extends Pending {

  /** As {@link #await()}, for at most {@code longest}. */
  void await(Duration longest);
}
