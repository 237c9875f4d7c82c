package org.rsavlm.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.Tensors;

class TokenPoolingTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aMaskedMeanIsOverTheKeptTokensAlone() {
    double nan = Double.NaN; // what a dropped token holds must not matter
    NDArray tokens =
        Tensors.of(manager, new double[] {1, 2, 3, 6, nan, nan, 5, 7, 0, 0, 9, 9}, 2, 3, 2);
    NDArray mask = Tensors.of(manager, new long[] {1, 1, 0, 1, 0, 0}, 2, 3);
    assertThat(Tensors.toDoubles(TokenPooling.mean(tokens, mask))).containsExactly(2, 4, 5, 7);
    NDArray wrong = Tensors.of(manager, new long[] {1, 1, 0}, 1, 3);
    assertThatThrownBy(() -> TokenPooling.mean(tokens, wrong))
        .hasMessage("the mask has shape (1, 3); these tokens need (2, 3)");
  }

  @Test
  void packedTokensAreAveragedSampleBySample() {
    NDArray tokens = Tensors.of(manager, new double[] {1, 2, 3, 6, 5, 7, 9, 1}, 4, 2);
    assertThat(Tensors.toDoubles(TokenPooling.mean(tokens, new long[] {1, 3})))
        .containsExactly(1, 2, 17.0 / 3, 14.0 / 3);
    assertThatThrownBy(() -> TokenPooling.mean(tokens, new long[] {1, 2}))
        .hasMessageContaining("sum to the 4 tokens");
    assertThatThrownBy(() -> TokenPooling.mean(tokens, new long[] {0, 4}))
        .hasMessageContaining("must each be at least 1");
  }
}
