package org.rsavlm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.rsavlm.train.optim.LearningRateSchedule.Shape;

class LearningRateScheduleTest {

  @Test
  void warmsUpFromZeroAndFallsAsHuggingFaces() {
    // get_cosine_schedule_with_warmup(optimizer, 10, 110) of transformers at these steps
    LearningRateSchedule cosine = LearningRateSchedule.of(Shape.COSINE, 10 / 110.0, 110);
    assertThat(cosine.warmupSteps()).isEqualTo(10);
    assertThat(cosine.factor(0)).isZero();
    assertThat(cosine.factor(5)).isEqualTo(0.5);
    assertThat(cosine.factor(10)).isEqualTo(1);
    assertThat(cosine.factor(35)).isCloseTo(0.8535533905932737, within(1e-12));
    assertThat(cosine.factor(60)).isCloseTo(0.5, within(1e-12));
    assertThat(cosine.factor(110)).isZero();
    LearningRateSchedule linear = new LearningRateSchedule(Shape.LINEAR, 10, 110);
    assertThat(linear.factor(35)).isEqualTo(0.75);
    assertThat(new LearningRateSchedule(Shape.CONSTANT, 0, 5).factor(4)).isEqualTo(1);
  }

  @Test
  void warmUpIsRoundedUp() {
    assertThat(LearningRateSchedule.of(Shape.COSINE, 0.03, 120).warmupSteps()).isEqualTo(4);
  }
}
