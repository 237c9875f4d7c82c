package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

class SingleCommunicatorTest {

  private final Communicator single = Communicator.single();

  @Test
  void everyCollectiveGivesTheRightValues() {
    CollectiveChecks.all(single);
    assertThat(single.isRoot()).isTrue();
    assertThat(single.localRank()).isZero();
  }

  @Test
  void arraysThatDoNotFitAreRefused() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray whole = Tensors.zeros(manager, TorchDtype.FLOAT32, 4);
      NDArray three = Tensors.zeros(manager, TorchDtype.FLOAT32, 3);
      NDArray longs = Tensors.zeros(manager, TorchDtype.INT64, 4);
      assertThatThrownBy(() -> single.reduceScatter(whole, three))
          .hasMessageContaining("(4) is not 1 parts of shape (3)");
      assertThatThrownBy(() -> single.allGather(longs, whole))
          .hasMessageContaining("the whole is FLOAT32, its part INT64");
      assertThatThrownBy(() -> single.gatherRows(whole)).hasMessageContaining("[n, d], not (4)");
      assertThatThrownBy(() -> single.broadcast(whole, 1)).hasMessageContaining("root is 1 of 1");
    }
  }

  @Test
  void agreesWithItself() {
    RankAgreement.check(single, Map.of("recipe", "a"));
  }

  @Test
  void workThatThrowsIsPassedOn() {
    AtomicInteger ran = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Communicators.run(
                    single,
                    ranks -> {
                      ran.incrementAndGet();
                      throw new IllegalStateException("sample 7");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("sample 7");
    assertThat(ran).hasValue(1);
    assertThat(single.abort(new IllegalStateException("sample 8")))
        .hasMessageContaining("sample 8")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void withoutALauncherThereIsOneRank() {
    assertThat(Communicators.fromEnvironment(CommunicatorOptions.cpu()).world()).isEqualTo(1);
  }
}
