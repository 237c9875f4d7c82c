package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class EvaluationSetTest {

  private Fixture fixture;
  @TempDir private Path dir;

  @BeforeEach
  void setUp() throws IOException {
    fixture = new Fixture(dir);
  }

  @AfterEach
  void tearDown() {
    fixture.close();
  }

  private EvaluationSet set(Path file, int samples, double share) {
    return new EvaluationSet(
        SampleSource.of(file, fixture.images), fixture.preparer(100), samples, 3, share);
  }

  @Test
  void theFirstUsablePairsComeInFileOrder() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(fixture.captions(30)));
    lines.set(2, "broken");
    Path file = fixture.lines("held-out.jsonl", lines);
    try (EvaluationSet set = set(file, 10, 0.2)) {
      for (int pass = 0; pass < 2; pass++) {
        List<List<String>> ids = new ArrayList<>();
        int count = set.forEachBatch(4, b -> ids.add(b.stream().map(PreparedSample::id).toList()));
        assertThat(count).isEqualTo(10);
        assertThat(ids)
            .containsExactly(
                List.of("s0", "s1", "s3", "s4"),
                List.of("s5", "s6", "s7", "s8"),
                List.of("s9", "s10"));
      }
      set.forEachBatch(4, b -> assertThat(b).allMatch(PreparedSample::rsa));
    }
  }

  @Test
  void tooManyUnusablePairsAreAnError() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(fixture.captions(30)));
    lines.set(2, "broken");
    Path file = fixture.lines("held-out.jsonl", lines);
    try (EvaluationSet set = set(file, 10, 0.01)) {
      assertThatThrownBy(() -> set.forEachBatch(4, b -> {}))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("1 of 11 samples rejected")
          .hasMessageContaining("held-out.jsonl:3");
    }
  }
}
