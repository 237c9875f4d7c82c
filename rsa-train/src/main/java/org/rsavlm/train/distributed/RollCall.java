package org.rsavlm.train.distributed;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, when a collective doesn't end, who is missing: the rank whose deadline is over asks
 * all others where they are, and those that wait in a collective answer. No message is sent before
 * something went wrong.
 */
final class RollCall {

  private static final int QUESTION = 7301;
  private static final int ANSWER = 7302;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** An answer: the kind of collective, and which of the rank's collectives it is. */
  private static final int ANSWER_BYTES = 2 * Long.BYTES;

  private final MpiLibrary library;
  private final MpiFamily family;
  private final RankIdentity identity;
  private final List<Memory> sent = new ArrayList<>(); // MPI reads them later
  private String[] hosts = {};

  RollCall(MpiLibrary library, RankIdentity identity) {
    this.library = library;
    this.family = library.family();
    this.identity = identity;
  }

  void hosts(String[] names) {
    hosts = names.clone();
  }

  /** Answers those who ask. */
  void answer(Collective kind, long number) {
    Memory nothing = new Memory(ANSWER_BYTES);
    for (Integer from = next(QUESTION, nothing); from != null; from = next(QUESTION, nothing)) {
      Memory answer = new Memory(ANSWER_BYTES);
      answer.setLong(0, kind.ordinal());
      answer.setLong(Long.BYTES, number);
      send(from, ANSWER, answer);
    }
  }

  /** Asks all others, and returns in words who did not answer and who waits elsewhere. */
  String ask(Collective kind, long number) {
    for (int other = 0; other < identity.world(); other++) {
      if (other != identity.rank()) {
        send(other, QUESTION, new Memory(ANSWER_BYTES));
      }
    }
    Map<Integer, String> answers = new TreeMap<>();
    Memory answer = new Memory(ANSWER_BYTES);
    Waits.until(
        () -> {
          answer(kind, number); // others' deadlines may be over too
          for (Integer from = next(ANSWER, answer); from != null; from = next(ANSWER, answer)) {
            Collective theirs = Collective.values()[(int) answer.getLong(0)];
            answers.put(from, theirs + " (call " + answer.getLong(Long.BYTES) + ")");
          }
          return answers.size() == identity.world() - 1;
        },
        PATIENCE);
    return words(identity, hosts, answers, kind + " (call " + number + ")");
  }

  /** Says who is missing among the others, and who waits for something else than {@code mine}. */
  static String words(
      RankIdentity identity, String[] hosts, Map<Integer, String> answers, String mine) {
    List<String> missing = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    for (int other = 0; other < identity.world(); other++) {
      String name = "rank " + other + (other < hosts.length ? " on " + hosts[other] : "");
      String theirs = answers.get(other);
      if (other != identity.rank() && theirs == null) {
        missing.add(name);
      } else if (theirs != null && !theirs.equals(mine)) {
        elsewhere.add(name + " waits in " + theirs);
      }
    }
    List<String> parts = new ArrayList<>();
    if (!missing.isEmpty()) {
      parts.add("no answer from " + String.join(", ", missing) + " (stopped, hanging or busy)");
    }
    parts.addAll(elsewhere);
    return parts.isEmpty()
        ? "all ranks wait in the same collective (is the network stuck?)"
        : String.join("; ", parts);
  }

  private void send(int to, int tag, Memory contents) {
    Memory request = new Memory(Long.BYTES);
    sent.add(contents);
    sent.add(request);
    library.tryCall(
        "MPI_Isend",
        contents,
        ANSWER_BYTES,
        family.type(ElementType.BYTE),
        to,
        tag,
        family.world(),
        request);
  }

  /** Receives a message that is there already, and returns its sender; null if there is none. */
  private @Nullable Integer next(int tag, Memory contents) {
    IntByReference flag = new IntByReference();
    Memory status = new Memory(64);
    int error =
        library.tryCall("MPI_Iprobe", family.anySource(), tag, family.world(), flag, status);
    if (error != 0 || flag.getValue() == 0) {
      return null;
    }
    int from = status.getInt(family.sourceOffset());
    Pointer ignore = family.statusIgnore();
    library.tryCall(
        "MPI_Recv",
        contents,
        ANSWER_BYTES,
        family.type(ElementType.BYTE),
        from,
        tag,
        family.world(),
        ignore);
    return from;
  }
}
