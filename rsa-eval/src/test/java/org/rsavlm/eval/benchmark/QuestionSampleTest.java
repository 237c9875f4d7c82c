package org.rsavlm.eval.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.benchmark.QuestionSample.Asked;
import org.rsavlm.eval.report.ComparisonPage.Entry;
import org.rsavlm.eval.report.ComparisonPage.Given;
import org.rsavlm.eval.report.ComparisonPage.Tally;

class QuestionSampleTest {

  private static final Path TABLES = Path.of("src", "test", "resources", "benchmark");

  @TempDir Path temp;

  @Test
  void aBenchmarksQuestionsAreAskedAndScoredAsItDoes() {
    for (Benchmark benchmark : Benchmarks.all()) {
      Path data = TABLES.resolve(benchmark.name() + ".parquet");
      List<Asked> asked = QuestionSample.of(benchmark, data).draw(3, 1);
      assertThat(asked).as(benchmark.name()).hasSizeBetween(1, 3);
      for (Asked one : asked) {
        assertThat(one.question().text()).isNotBlank();
        assertThat(one.maxNewTokens()).isEqualTo(benchmark.maxNewTokens());
        assertThat(one.score().applyAsDouble("neither of these")).isBetween(0.0, 1.0);
      }
    }
    Asked pope =
        QuestionSample.of(Benchmarks.named("pope"), TABLES.resolve("pope.parquet"))
            .draw(1, 0)
            .get(0);
    assertThat(pope.reference()).isIn("yes", "no");
    assertThat(pope.score().applyAsDouble(pope.reference())).isEqualTo(1);
    assertThat(pope.score().applyAsDouble(pope.reference().equals("yes") ? "no" : "yes")).isZero();
  }

  @Test
  void theDrawFollowsTheSeed() {
    QuestionSample pope =
        QuestionSample.of(Benchmarks.named("pope"), TABLES.resolve("pope.parquet"));
    List<String> first = ids(pope.draw(5, 3));
    assertThat(ids(pope.draw(5, 3))).isEqualTo(first).doesNotHaveDuplicates();
    assertThat(ids(pope.draw(5, 4))).isNotEqualTo(first);
    assertThat(ids(pope.draw(10, 3))).hasSize(10).startsWith(first.toArray(new String[0]));
    assertThat(pope.draw(99, 3)).hasSize(10);
  }

  private static List<String> ids(List<Asked> asked) {
    return asked.stream().map(one -> one.question().id()).toList();
  }

  @Test
  void conversationsOfOneExchangeAreQuestions() throws IOException {
    ImageIO.write(
        new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB),
        "png",
        Files.createDirectories(temp.resolve("images")).resolve("a.png").toFile());
    String human = "{\"from\":\"human\",\"value\":\"<image>\\nWhat?\"}";
    String gpt = "{\"from\":\"gpt\",\"value\":\"A cat.\"}";
    Path file = temp.resolve("q.json");
    Files.writeString(
        file,
        """
        [{"id":"good","image":"a.png","conversations":[%1$s,%2$s]},
         {"id":"missing","image":"b.png","conversations":[%1$s,%2$s]},
         {"id":"long","image":"a.png","conversations":[%1$s,%2$s,%1$s,%2$s]},
         {"id":"text","conversations":[%1$s,%2$s]},
         {"id":"turned","image":"a.png","conversations":[%2$s,%1$s]}]
        """
            .formatted(human, gpt));
    QuestionSample sample = QuestionSample.ofConversations(file, temp.resolve("images"), 7);
    List<Asked> asked = sample.draw(9, 0);
    assertThat(ids(asked)).containsExactly("good");
    Asked one = asked.get(0);
    assertThat(one.question().text()).isEqualTo("What?");
    assertThat(one.question().images().get(0).width()).isEqualTo(3);
    assertThat(one.reference()).isEqualTo("A cat.");
    assertThat(one.score().applyAsDouble(" a CAT ")).isEqualTo(1);
    assertThat(one.score().applyAsDouble("cat")).isZero();
    assertThat(one.maxNewTokens()).isEqualTo(7);
    assertThatThrownBy(() -> QuestionSample.ofConversations(file, null, 7).draw(9, 0))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no usable question among 2");
  }

  /** Binomial tails counted by hand: 2 * (1 + 6) / 2^6, and 2 * 1 / 2^6. */
  @Test
  void mcNemarsTestIsExact() {
    assertThat(new Tally(5, 1, 5, 9).probability()).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(new Tally(24, 0, 6, 170).probability()).isCloseTo(2 / 64.0, within(1e-12));
    assertThat(new Tally(3, 2, 2, 1).probability()).isEqualTo(1);
    assertThat(new Tally(3, 0, 0, 1).probability()).isEqualTo(1);
    assertThat(new Tally(0, 900, 1100, 0).probability()).isBetween(1e-6, 1e-4);
    Given right = new Given("a", 0.6);
    Given wrong = new Given("b", 0.3);
    List<Entry> entries =
        List.of(
            new Entry(List.of(), "", "", right, right),
            new Entry(List.of(), "", "", right, wrong),
            new Entry(List.of(), "", "", wrong, right),
            new Entry(List.of(), "", "", wrong, right),
            new Entry(List.of(), "", "", wrong, wrong));
    assertThat(Tally.of(entries)).isEqualTo(new Tally(1, 1, 2, 1));
  }
}
