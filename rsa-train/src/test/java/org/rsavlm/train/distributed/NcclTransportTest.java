package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.jna.Memory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.train.distributed.RankIdentity.Launcher;

/** The calls that NCCL gets, by a stub: there is no GPU here. */
class NcclTransportTest {

  private static final RankIdentity SECOND = new RankIdentity(1, 3, 1, "a", Launcher.TORCHRUN);

  private final RecordingNccl stub = new RecordingNccl();
  private final Memory memory = new Memory(1024);
  private final NcclTransport transport = transport(Duration.ofSeconds(50));

  private NcclTransport transport(Duration deadline) {
    return new NcclTransport(SECOND, stub, stub, 1, stub.communicator, Staging.Host::new, deadline);
  }

  @AfterEach
  void stop() {
    transport.finish();
  }

  @Test
  void joinsOnItsOwnDeviceWithTheIdOfRankZero() {
    NcclId id = NcclId.create(stub);
    assertThat(NcclTransport.join(SECOND, stub, stub, 1, NcclId.of(id.bytes())))
        .isEqualTo(stub.communicator);
    assertThat(stub.calls()).containsExactly("id()", "device(1)", "join(3 1)");
    assertThat(stub.idOfJoin).hasSize(128).startsWith(42).isEqualTo(id.bytes());
    assertThat(transport.name()).isEqualTo("NCCL 2.26.2");
  }

  @Test
  void everyCollectiveGoesToTorchsStreamWithAnEventBehindIt() {
    transport.allReduce(memory, 9, ElementType.BFLOAT16, Reduction.SUM).await();
    assertThat(stub.calls())
        .containsExactly("device(1)", "all-reduce(in-place 9 9 0 default-stream)", "event()");
    transport.reduceScatter(memory, memory.share(512), 4, ElementType.FLOAT32).await();
    assertThat(stub.calls()).contains("reduce-scatter(4 7 0 default-stream)");
    transport.allGather(memory, memory.share(512), 8).await();
    assertThat(stub.calls()).contains("all-gather(8 1 default-stream)");
    transport.broadcast(memory, 1L << 33, 2).await();
    assertThat(stub.calls()).contains("broadcast(in-place 8589934592 1 2 default-stream)");
    transport.allReduce(memory, 1, ElementType.INT64, Reduction.MAX).await();
    assertThat(stub.calls()).contains("all-reduce(in-place 1 4 2 default-stream)");
    transport.barrier().await();
    assertThat(stub.calls()).contains("all-reduce(in-place 1 4 0 default-stream)");
  }

  @Test
  void unevenPartsAreAGroupOfBroadcastsAndAnEmptyOneIsLeftOut() {
    transport.allGatherUneven(memory, memory.share(256), new long[] {16, 8, 0}).await();
    assertThat(stub.calls())
        .containsExactly(
            "device(1)",
            "group()",
            "broadcast(in-place 16 1 0 default-stream)",
            "broadcast(copy 8 1 1 default-stream)",
            "end()",
            "event()");
    transport.allReduce(memory, 0, ElementType.FLOAT32, Reduction.SUM).await();
    assertThat(stub.calls()).containsExactly("device(1)", "event()");
  }

  @Test
  void aResultIsThereWhenItsEventIs() {
    stub.eventStatus = CudaRuntime.NOT_READY;
    Operation sum = transport.allReduce(memory, 1, ElementType.FLOAT32, Reduction.SUM);
    sum.await(); // the stream keeps the order: the host doesn't wait
    assertThat(sum.isDone()).isFalse();
    stub.eventStatus = 0;
    assertThat(sum.isDone()).isTrue();
    stub.eventStatus = 700;
    Operation broken = transport.allReduce(memory, 1, ElementType.FLOAT32, Reduction.SUM);
    assertThatThrownBy(broken::isDone).hasMessageContaining("status 700");
    stub.eventStatus = 0;
  }

  @Test
  void theWatchTellsErrorsAndLostRanks() {
    NcclWatch watch = new NcclWatch(SECOND, stub, stub, 1, stub.communicator, Duration.ofMillis(1));
    watch.close(); // its thread would end this process
    assertThat(watch.failure()).isEmpty();
    stub.asyncError = 6;
    assertThat(watch.failure()).contains("stub's error", "lost");
    stub.asyncError = NcclLibrary.IN_PROGRESS;
    assertThat(watch.failure()).isEmpty();
    stub.eventStatus = CudaRuntime.NOT_READY;
    watch.add(new Memory(8), "all-reduce of 8 bytes").await(Duration.ofNanos(1));
    assertThat(watch.failure())
        .matches("waited .* s in all-reduce of 8 bytes: a rank did not come .*");
    stub.eventStatus = 0;
    assertThat(watch.failure()).isEmpty();
    stub.asyncError = 0;
  }

  @Test
  void arraysOnTheCpuAreNotGivenToNccl() {
    RankCommunicator alone = new RankCommunicator(SECOND, transport, transport);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray array = Tensors.zeros(manager, TorchDtype.FLOAT32, 3);
      assertThatThrownBy(() -> alone.allReduce(array)).hasMessageContaining("move it to the GPU");
    }
    assertThat(alone.reduce(Reduction.SUM, 5L)).containsExactly(5); // the stub adds nothing
    assertThat(stub.calls()).contains("all-reduce(in-place 1 4 0 default-stream)");
    assertThat(alone.traffic().bytes(Collective.ALL_REDUCE)).isEqualTo(8);
    assertThat(alone.traffic().calls(Collective.ALL_REDUCE)).isEqualTo(1);
  }
}
