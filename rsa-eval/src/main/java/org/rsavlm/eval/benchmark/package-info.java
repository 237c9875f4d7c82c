/**
 * Fifteen public benchmarks of vision-language models, asked and scored as lmms-eval does.
 *
 * <p>A {@link org.rsavlm.eval.benchmark.Benchmark} says how a row of its data set becomes a prompt,
 * how an answer is scored and how scores are summed up; {@link
 * org.rsavlm.eval.benchmark.Benchmarks} finds it by name; {@link
 * org.rsavlm.eval.benchmark.BenchmarkRun} asks a model and keeps its answers, so that a run that
 * was stopped goes on. Scores are compared with lmms-eval's own functions by tests; the differences
 * are in {@code docs/benchmarks-tasks.md}.
 */
@NullMarked
package org.rsavlm.eval.benchmark;

import org.jspecify.annotations.NullMarked;
