package org.rsavlm.eval.benchmark;

/**
 * The score of a group of questions.
 *
 * @param score in the unit of the benchmark's own score
 * @param questions how many questions it is made of
 */
public record GroupScore(double score, int questions) {}
