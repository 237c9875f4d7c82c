package org.rsavlm.models.generation;

/** Gets tokens while they are made, and may end the generation. */
@FunctionalInterface
public interface TokenListener {

  /**
   * Takes the next token; a stop token is not reported.
   *
   * @param id the token
   * @param logProbability as in {@link Generation}
   * @return whether to go on
   */
  boolean accept(long id, double logProbability);
}
