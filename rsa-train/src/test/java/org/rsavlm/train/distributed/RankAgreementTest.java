package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.UserException;
import org.rsavlm.train.distributed.RankIdentity.Launcher;

/** Messages; what ranks really exchange is in {@link MpiRanksTest}. */
class RankAgreementTest {

  private static final RankIdentity SECOND = new RankIdentity(1, 4, 1, "b", Launcher.OPEN_MPI);

  @Test
  void aRollCallNamesWhoIsMissingAndWhoWaitsElsewhere() {
    assertThat(
            RollCall.words(
                SECOND,
                new String[] {"a", "b", "c", "d"},
                Map.of(2, "barrier (call 7)", 3, "all-reduce (call 9)"),
                "all-reduce (call 9)"))
        .isEqualTo(
            "no answer from rank 0 on a (stopped, hanging or busy);"
                + " rank 2 on c waits in barrier (call 7)");
    assertThat(
            RollCall.words(
                new RankIdentity(0, 2, 0, "a", Launcher.PMI),
                new String[0],
                Map.of(1, "barrier (call 2)"),
                "barrier (call 2)"))
        .contains("all ranks wait in the same collective");
  }

  @Test
  void lastWordsAreOneLine() {
    assertThat(FailureReport.line(SECOND, " no\n  pixels\n"))
        .isEqualTo("error: rank 1 on b: no pixels\n");
    IllegalStateException failure =
        new IllegalStateException("sample 3", new ArithmeticException("by zero"));
    assertThat(FailureReport.reason(failure))
        .contains("sample 3; caused by java.lang.ArithmeticException: by zero at org.rsavlm");
    assertThat(FailureReport.reason(new UserException("a", "b", "c"))).isEqualTo("a: b (c)");
  }

  @Test
  void aDeadlineIsANumberOfSeconds() {
    assertThat(CommunicatorOptions.seconds("x", "2.5")).isEqualTo(Duration.ofMillis(2500));
    assertThatThrownBy(() -> CommunicatorOptions.seconds("x", "0"))
        .hasMessageContaining("x: '0' is no number of seconds above 0");
    assertThatThrownBy(() -> CommunicatorOptions.seconds("x", "soon"))
        .isInstanceOf(UserException.class);
  }
}
