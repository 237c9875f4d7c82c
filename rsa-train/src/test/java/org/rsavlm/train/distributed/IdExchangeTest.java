package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.UserException;

class IdExchangeTest {

  private static IdExchange exchange(Duration longest) throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      return new IdExchange("127.0.0.1", free.getLocalPort(), longest);
    }
  }

  @Test
  void everyRankGetsTheIdAndAStrangerNothing() throws Exception {
    IdExchange exchange = exchange(Duration.ofSeconds(20));
    byte[] id = new byte[NcclId.BYTES];
    id[5] = 7;
    CompletableFuture<byte[]> first = CompletableFuture.supplyAsync(() -> exchange.take(1));
    CompletableFuture<byte[]> second = CompletableFuture.supplyAsync(() -> exchange.take(2));
    CompletableFuture<Integer> stranger =
        CompletableFuture.supplyAsync(() -> strangersAnswer(exchange.port()));
    assertThat(exchange.give(id, 2)).isEqualTo(id);
    assertThat(first.join()).isEqualTo(id);
    assertThat(second.join()).isEqualTo(id);
    assertThat(stranger.join()).isEqualTo(-1);
  }

  private static int strangersAnswer(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
      return socket.getInputStream().read();
    } catch (java.io.IOException e) {
      return -1; // not served
    }
  }

  @Test
  void aRankThatDoesNotComeIsMissedInTime() throws Exception {
    IdExchange exchange = exchange(Duration.ofMillis(400));
    assertThatThrownBy(() -> exchange.give(new byte[NcclId.BYTES], 2))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("2 of 2 other ranks did not come");
    assertThatThrownBy(() -> exchange.take(1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("rank 0 does not answer");
  }

  @Test
  void readsTheVariables() {
    Map<String, String> set = Map.of("MASTER_ADDR", "node7", "MASTER_PORT", "29500");
    assertThat(IdExchange.of(set, Duration.ofSeconds(1)).port()).isEqualTo(29500);
    Map<String, String> torchrun =
        Map.of(
            "MASTER_ADDR", "node7", "MASTER_PORT", "29500", "TORCHELASTIC_USE_AGENT_STORE", "True");
    assertThat(IdExchange.of(torchrun, Duration.ofSeconds(1)).port()).isEqualTo(29501);
    assertThatThrownBy(() -> IdExchange.of(Map.of("MASTER_PORT", "29500"), Duration.ofSeconds(1)))
        .hasMessageContaining("MASTER_ADDR: is not set");
  }
}
