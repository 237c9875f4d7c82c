package org.rsavlm.train.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lays one tree over another: mappings join key by key, anything else replaces what was there. */
final class Overlay {

  private Overlay() {}

  static Node merge(Node base, Node over) {
    if (base instanceof Node.Mapping below && over instanceof Node.Mapping above) {
      Map<String, Node> joined = new LinkedHashMap<>(below.entries());
      above.entries().forEach((key, value) -> joined.merge(key, value, Overlay::merge));
      return new Node.Mapping(joined, above.at());
    }
    return over;
  }
}
