package org.rsavlm.eval.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;

/**
 * One setting of a sweep, measured after the sweep's last stage.
 *
 * @param label what was set, such as {@code λ = 0.1, scale-matched}
 * @param lambda weight of the RSA loss; 0 for the baseline
 * @param measures values by key (see {@link Measure#key()})
 */
public record TradeOff(String label, double lambda, Map<String, SeedValues> measures) {

  /** Copies the measures. */
  public TradeOff {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
  }
}
