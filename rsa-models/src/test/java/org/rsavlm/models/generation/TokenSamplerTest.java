package org.rsavlm.models.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

class TokenSamplerTest {

  @Test
  void tokensAreRuledOutAsTransformersDoes() {
    JsonNode reference = VlmFixture.json("generation").get("choices").get(0);
    JsonNode scores = reference.get("scores");
    List<long[]> prompts = new ArrayList<>();
    reference.get("prompts").forEach(row -> prompts.add(VlmFixture.longs(row)));
    int vocabulary = scores.get(0).size();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray raw = Tensors.of(manager, flat(scores), scores.size(), vocabulary);
      for (JsonNode one : reference.get("cases")) {
        GenerationOptions options =
            GenerationOptions.greedy(1)
                .withSampling(one.path("temperature").asDouble(1), 0)
                .withTopK(one.path("top_k").asInt(0))
                .withTopP(one.path("top_p").asDouble(1))
                .withRepetitionPenalty(one.path("penalty").asDouble(1));
        try (TokenSampler choice = new TokenSampler(manager, options, prompts, vocabulary)) {
          double[] found = Tensors.toDoubles(choice.scores(manager, raw));
          double[] expected = flat(one.get("out"));
          for (int i = 0; i < expected.length; i++) {
            if (Double.isInfinite(expected[i])) {
              assertThat(found[i]).as("%s at %d", options, i).isEqualTo(expected[i]);
            } else {
              assertThat(Math.abs(found[i] - expected[i]))
                  .as("%s at %d", options, i)
                  .isLessThanOrEqualTo(1e-14 * Math.abs(expected[i]));
            }
          }
        }
      }
    }
  }

  private static double[] flat(JsonNode rows) {
    List<Double> values = new ArrayList<>();
    for (JsonNode row : rows) {
      for (double value : VlmFixture.doubles(row)) {
        values.add(value);
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void greedyTakesTheLowestIndexAtATie() {
    try (NDManager manager = NDManager.newBaseManager();
        TokenSampler choice =
            new TokenSampler(
                manager, GenerationOptions.greedy(1), List.of(new long[] {0}, new long[] {0}), 4)) {
      NDArray logits = Tensors.of(manager, new float[] {1, 7, 7, 7, 2, 2, 2, 2}, 2, 4);
      TokenSampler.Chosen chosen = choice.choose(manager, logits);
      assertThat(chosen.ids().toLongArray()).containsExactly(1, 0);
      double two = Math.log(0.25);
      assertThat(chosen.logProbabilities().toDoubleArray()[1])
          .isCloseTo(two, org.assertj.core.api.Assertions.within(1e-6));
    }
  }

  @Test
  void drawsFollowTheProbabilities() {
    int rows = 20_000;
    double[] wanted = {0.1, 0, 0.25, 0.05, 0.6, 0};
    double[] values = new double[rows * wanted.length];
    List<long[]> prompts = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.log(wanted[i % wanted.length]); // -inf where impossible
    }
    for (int i = 0; i < rows; i++) {
      prompts.add(new long[] {0});
    }
    try (NDManager manager = NDManager.newBaseManager();
        TokenSampler choice =
            new TokenSampler(
                manager, GenerationOptions.greedy(1).withSampling(1, 3), prompts, wanted.length)) {
      NDArray logits = Tensors.of(manager, values, rows, wanted.length);
      assertThat(TorchDtype.of(logits)).isEqualTo(TorchDtype.FLOAT64);
      int[] counts = new int[wanted.length];
      for (long id : choice.choose(manager, logits).ids().toLongArray()) {
        counts[(int) id]++;
      }
      for (int i = 0; i < wanted.length; i++) {
        double deviation = Math.sqrt(wanted[i] * (1 - wanted[i]) / rows);
        assertThat(Math.abs(counts[i] / (double) rows - wanted[i]))
            .isLessThanOrEqualTo(5 * deviation);
      }
    }
  }
}
