package org.rsavlm.eval.report;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One held-out sample and what each arm says about it.
 *
 * @param picture image file (PNG, JPEG, WebP or GIF); its bytes go into the page
 * @param prompt question put to the model, or what was asked of it
 * @param reference the answer of the data
 * @param answers answers by arm key
 */
public record Example(Path picture, String prompt, String reference, Map<String, String> answers) {

  /** Copies the answers. */
  public Example {
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
  }
}
