package org.rsavlm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.eval.report.PlanPage.Curves;
import org.rsavlm.eval.report.PlanPage.Section;
import org.rsavlm.eval.report.PlanPage.Stacks;

class PlanPageTest {

  @TempDir Path temp;

  @Test
  void sectionsShowWhatTheyHave() {
    Path file = temp.resolve("plan.html");
    Curves curves =
        new Curves(
            "Days",
            List.of(8, 64),
            Map.of("stage 1", List.of(new double[] {8, 4}, new double[] {64, 0.5})));
    Stacks stacks =
        new Stacks("Memory", List.of("weights", "rest"), Map.of("8", List.of(30.0, 60.0)), 80);
    new PlanPage(
            "A <plan>",
            "lead",
            List.of(
                new Section(
                    "Over",
                    List.of("text"),
                    List.of(curves),
                    null,
                    List.of(),
                    List.of(),
                    List.of()),
                new Section(
                    "One",
                    List.of(),
                    List.of(),
                    stacks,
                    List.of("", "8"),
                    List.of(List.of("a & b", "1.5")),
                    List.of("note"))),
            Map.of("Recipe", "x"))
        .writeTo(file);
    assertThat(file)
        .content()
        .contains("A &lt;plan&gt;", "a &amp; b", "1.5", "note", ">64</text>", ">90.0</text>")
        .doesNotContain("<script", "NaN", "null");
  }
}
