package org.rsavlm.train.distributed;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.rsavlm.core.UserException;

/**
 * Passes the NCCL id from rank 0 to the others where there is no MPI: each connects to MASTER_ADDR
 * once, says its rank, and gets the 128 bytes. Everything later goes through NCCL.
 *
 * @param host MASTER_ADDR
 * @param port where rank 0 listens
 * @param longest how long ranks wait for each other
 */
record IdExchange(String host, int port, Duration longest) {

  /** What a rank says first, so that a stranger is told from one. */
  private static final long GREETING = 0x5253415f4e43434cL; // RSA_NCCL

  private static final int RETRY_MILLIS = 100;

  static IdExchange of(Map<String, String> environment, Duration longest) {
    Variables variables = new Variables(environment);
    int port = variables.number("MASTER_PORT", 1, 65_534);
    // torchrun's agent listens on MASTER_PORT itself, and says so.
    boolean taken =
        Boolean.parseBoolean(environment.getOrDefault("TORCHELASTIC_USE_AGENT_STORE", "false"));
    return new IdExchange(variables.text("MASTER_ADDR"), taken ? port + 1 : port, longest);
  }

  /** On rank 0: gives the id to all others, and returns it. */
  byte[] give(byte[] id, int others) {
    long end = System.nanoTime() + longest.toNanos();
    Set<Integer> served = new HashSet<>();
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(port), others + 8);
      while (served.size() < others) {
        server.setSoTimeout(left(end));
        try (Socket socket = server.accept()) {
          serve(socket, id, others, served);
        } catch (SocketTimeoutException e) {
          throw late(others - served.size() + " of " + others + " other ranks did not come", e);
        }
      }
      return id;
    } catch (IOException e) {
      throw new UserException(
          "MASTER_PORT", "can't listen on " + port + ": " + e, "choose a free port", e);
    }
  }

  private static void serve(Socket socket, byte[] id, int others, Set<Integer> served) {
    try {
      socket.setSoTimeout(1000);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (in.readLong() == GREETING) {
        int rank = in.readInt();
        if (rank >= 1 && rank <= others) {
          socket.getOutputStream().write(id);
          served.add(rank);
        }
      }
    } catch (IOException e) {
      // A stranger, or a rank that will try again.
      return;
    }
  }

  /** On other ranks: asks until rank 0 is there. */
  byte[] take(int rank) {
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), left(end));
        socket.setSoTimeout(left(end));
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeLong(GREETING);
        out.writeInt(rank);
        byte[] id = new byte[NcclId.BYTES];
        new DataInputStream(socket.getInputStream()).readFully(id);
        return id;
      } catch (IOException e) {
        if (System.nanoTime() - end > -RETRY_MILLIS * 1_000_000L) {
          throw late("rank 0 does not answer: " + e, e);
        }
        pause();
      }
    }
  }

  private static int left(long end) {
    return (int) Math.max(1, (end - System.nanoTime()) / 1_000_000);
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommunicationException("interrupted while waiting for rank 0");
    }
  }

  private UserException late(String what, IOException cause) {
    return new UserException(
        "MASTER_ADDR " + host + ", port " + port,
        "after " + Waits.seconds(longest) + " " + what,
        "start all ranks, with the same MASTER_ADDR and MASTER_PORT, and let the port through",
        cause);
  }
}
