package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class DataLoaderTest {

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

  private DataLoader loader(Mixture mixture, LoaderOptions options, DataPosition start) {
    return new DataLoader(
        mixture, fixture.preparer(100), options, new RejectionLog(null, 1), start);
  }

  private List<List<String>> run(
      Path file, LoaderOptions options, DataPosition start, int batches) {
    try (Mixture mixture = fixture.mixture(file);
        DataLoader loader = loader(mixture, options, start)) {
      return Fixture.take(loader, batches);
    }
  }

  @Test
  void anEpochHoldsEverySampleOnceInAnOrderOfItsOwn() throws IOException {
    List<List<String>> ids =
        run(fixture.captions(50), LoaderOptions.of(8, 3), DataPosition.START, 14);
    List<String> first = ids.subList(0, 7).stream().flatMap(List::stream).toList();
    List<String> second = ids.subList(7, 14).stream().flatMap(List::stream).toList();
    assertThat(ids.get(6)).hasSize(2);
    assertThat(first).doesNotHaveDuplicates().hasSize(50);
    assertThat(second).hasSize(50).containsExactlyInAnyOrderElementsOf(first);
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void orderDependsOnTheSeedAndNotOnTheWorkers() throws IOException {
    Path file = fixture.captions(50);
    LoaderOptions options = LoaderOptions.of(8, 3);
    List<List<String>> one = run(file, options.withWorkers(1, 1), DataPosition.START, 20);
    assertThat(run(file, options.withWorkers(5, 4), DataPosition.START, 20)).isEqualTo(one);
    assertThat(run(file, LoaderOptions.of(8, 4), DataPosition.START, 20)).isNotEqualTo(one);
  }

  @Test
  void theOrderIsTheSameInEveryRelease() throws IOException {
    assertThat(run(fixture.captions(10), LoaderOptions.of(10, 42), DataPosition.START, 1))
        .containsExactly(List.of("s7", "s1", "s2", "s4", "s8", "s6", "s3", "s0", "s9", "s5"));
  }

  @Test
  void ranksShareTheBatchesOfASingleRank() throws IOException {
    Path file = fixture.captions(53);
    LoaderOptions options = LoaderOptions.of(8, 3);
    List<List<String>> whole = run(file, options, DataPosition.START, 16);
    List<List<List<String>>> parts = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      parts.add(run(file, options.withRank(rank, 3), DataPosition.START, 16));
    }
    for (int batch = 0; batch < whole.size(); batch++) {
      List<String> union = new ArrayList<>();
      for (int slot = 0; slot < whole.get(batch).size(); slot++) {
        union.add(parts.get(slot % 3).get(batch).get(slot / 3));
      }
      assertThat(union).isEqualTo(whole.get(batch));
    }
  }

  @Test
  void aRunResumedAtAnyBatchGoesOnAsIfUninterrupted() throws IOException {
    Path file = fixture.captions(29);
    for (boolean drop : new boolean[] {false, true}) {
      LoaderOptions options = LoaderOptions.of(8, 3).withDropLast(drop);
      List<List<String>> whole = run(file, options, DataPosition.START, 12);
      try (Mixture mixture = fixture.mixture(file);
          DataLoader loader = loader(mixture, options, DataPosition.START)) {
        for (int done = 1; done < 10; done++) {
          loader.next();
          assertThat(run(file, options, loader.position(), 12 - done))
              .as("after %s batches, drop %s", done, drop)
              .isEqualTo(whole.subList(done, 12));
        }
      }
    }
  }

  @Test
  void aRunResumedWithAnotherBatchSizeGoesOnAtTheSameSample() throws IOException {
    Path file = fixture.captions(30);
    List<String> order = run(file, LoaderOptions.of(30, 3), DataPosition.START, 1).get(0);
    List<List<String>> resumed =
        run(file, LoaderOptions.of(7, 3).withDropLast(true), new DataPosition(0, 16), 3);
    assertThat(resumed.get(0)).isEqualTo(order.subList(16, 23));
    assertThat(resumed.get(1)).isEqualTo(order.subList(23, 30));
    assertThat(resumed.get(2)).hasSize(7);
  }

  @Test
  void theLastSamplesAreDroppedOnRequest() throws IOException {
    try (Mixture mixture = fixture.mixture(fixture.captions(20));
        DataLoader loader =
            loader(mixture, LoaderOptions.of(8, 3).withDropLast(true), DataPosition.START)) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(2);
      assertThat(loader.samplesPerEpoch()).isEqualTo(16);
      loader.next();
      assertThat(loader.next().globalSize()).isEqualTo(8);
      assertThat(loader.position()).isEqualTo(new DataPosition(1, 0));
    }
  }

  @Test
  void aBatchStaysFullWhereSamplesAreRejected() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(fixture.captions(48)));
    for (int i = 0; i < 48; i += 6) {
      lines.set(i, "{\"id\": \"bad" + i + "\", \"conversations\"");
    }
    Path file = fixture.lines("mixed.jsonl", lines);
    Path rejected = dir.resolve("rejected.jsonl");
    LoaderOptions options = LoaderOptions.of(12, 3);
    List<List<String>> ids;
    try (Mixture mixture = fixture.mixture(file);
        RejectionLog log = new RejectionLog(rejected, 0.5);
        DataLoader loader =
            new DataLoader(mixture, fixture.preparer(100), options, log, DataPosition.START)) {
      ids = Fixture.take(loader, 8);
      assertThat(log.counts().keySet()).containsExactly(RejectionReason.MALFORMED);
      assertThat(log.rejected()).isGreaterThanOrEqualTo(16);
    }
    assertThat(ids).allSatisfy(batch -> assertThat(batch).hasSize(12).doesNotHaveDuplicates());
    Set<String> seen = new HashSet<>();
    ids.subList(0, 4).forEach(seen::addAll);
    assertThat(seen).as("every usable sample is met in an epoch").hasSize(40);
    assertThat(Files.readAllLines(rejected))
        .as("each rejected sample is logged once")
        .hasSize(8)
        .anySatisfy(line -> assertThat(line).contains("\"id\":\"mixed.jsonl:7\""))
        .allSatisfy(line -> assertThat(line).contains("\"source\":\"mixed\"", "malformed"));
    assertThat(run(file, options.withWorkers(4, 3), new DataPosition(0, 24), 6))
        .as("stand-ins don't depend on workers or on a resume")
        .isEqualTo(ids.subList(2, 8));
  }

  @Test
  void tooManyRejectedSamplesEndTheRunWithCountsAndExamples() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(fixture.captions(300)));
    for (int i = 0; i < 300; i += 10) {
      lines.set(i, Fixture.caption("gone" + i, "nowhere" + i + ".png", "a caption"));
      lines.set(i + 1, Fixture.caption("empty" + i, "1.png", " \n"));
    }
    Path file = fixture.lines("bad.jsonl", lines);
    RejectionLog log = new RejectionLog(null, 0.01);
    try (Mixture mixture = fixture.mixture(file);
        DataLoader loader =
            new DataLoader(
                mixture, fixture.preparer(100), LoaderOptions.of(16, 3), log, DataPosition.START)) {
      assertThatThrownBy(() -> Fixture.take(loader, 20))
          .isInstanceOf(UserException.class)
          .hasMessageMatching(
              "data: \\d+ of \\d+ samples rejected \\(\\d+\\.\\d %, at most 1\\.0 % allowed\\); "
                  + "missing image \\d+, such as gone\\d+: image nowhere\\d+\\.png is not in .*; "
                  + "empty caption \\d+, such as empty\\d+: .*"
                  + "\\(mend the data, or raise loader.max_rejected_share\\)");
      assertThat(log.accepted() + log.rejected()).isBetween(100L, 120L);
    }
  }

  @Test
  void aFileWithoutAnyUsableSampleEndsTheRun() throws IOException {
    Path file = fixture.lines("junk.jsonl", List.of("1", "2", "3", "4"));
    assertThatThrownBy(() -> run(file, LoaderOptions.of(2, 0), DataPosition.START, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("expected a JSON object, found NUMBER");
  }

  @Test
  void fewerSamplesThanABatchIsAnError() throws IOException {
    Path file = fixture.captions(5);
    LoaderOptions options = LoaderOptions.of(8, 0).withDropLast(true);
    assertThatThrownBy(() -> run(file, options, DataPosition.START, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("5 samples, but a batch takes 8");
  }

  @Test
  void batchesHoldOneModalityWhereAskedTo() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(fixture.captions(45)));
    for (int i = 0; i < 28; i++) {
      lines.add(i * 2, Fixture.textOnly("t" + i, "", "text " + i));
    }
    Path file = fixture.lines("both.jsonl", lines);
    LoaderOptions options = LoaderOptions.of(8, 3).withGroupByModality(true);
    List<List<String>> ids = run(file, options, DataPosition.START, 10);
    List<String> all = ids.stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(73).doesNotHaveDuplicates();
    List<Boolean> textBatches = new ArrayList<>();
    for (List<String> batch : ids.subList(0, 8)) {
      textBatches.add(batch.get(0).startsWith("t"));
      assertThat(batch).allMatch(id -> id.startsWith(batch.get(0).substring(0, 1)));
    }
    assertThat(textBatches)
        .contains(true, false)
        .isNotEqualTo(textBatches.stream().sorted().toList());
    assertThat(run(file, options, new DataPosition(0, 24), 7)).isEqualTo(ids.subList(3, 10));
  }

  @Test
  void batchesOfOneModalityAreDrawnAnewInEachEpoch() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(fixture.captions(32)));
    for (int i = 0; i < 32; i++) {
      lines.add(Fixture.textOnly("t" + i, "", "text " + i));
    }
    Path file = fixture.lines("both.jsonl", lines);
    LoaderOptions options = LoaderOptions.of(8, 3).withGroupByModality(true);
    List<List<String>> ids = run(file, options, DataPosition.START, 24);
    Set<Set<String>> batches = new HashSet<>();
    ids.forEach(batch -> batches.add(Set.copyOf(batch)));
    assertThat(batches).as("no batch of three epochs comes again").hasSize(24);
  }
}
