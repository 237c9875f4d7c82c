package org.rsavlm.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.Distance;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.train.config.LearningRates;
import org.rsavlm.train.config.Records;
import org.rsavlm.train.config.Trainable;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.optim.ParameterGroup;

class TrainingStepTest {

  static final Trainable ALL = new Trainable(true, true, true, true, true);

  /** Room for the captions of some micro-batches of 4 pairs, not of all. */
  private static final long KEEPS_SOME = 200_000;

  private static final Trainable STAGE_1 = new Trainable(true, true, false, false, false);
  private static final LearningRates RATES = new LearningRates(1, 1, 1, 1, 1);

  record Outcome(StepResult result, Map<String, double[]> gradients) {}

  static Outcome run(
      VisionLanguageModel model,
      NDManager manager,
      Trainable trainable,
      StepOptions options,
      List<List<PreparedSample>> batches) {
    List<ParameterGroup> groups = TrainedParts.select(model, trainable, RATES);
    StepResult result =
        new TrainingStep(model, options, ScaleMatch.off(), PhaseClock.OFF)
            .gradients(manager, batches);
    Map<String, double[]> gradients = new LinkedHashMap<>();
    for (ParameterGroup group : groups) {
      group
          .parameters()
          .forEach(
              (name, array) -> {
                try (NDArray gradient = Autograd.gradient(array)) {
                  gradients.put(
                      name,
                      gradient == null
                          ? new double[(int) array.getShape().size()]
                          : Tensors.toDoubles(gradient));
                }
              });
    }
    return new Outcome(result, gradients);
  }

  private static Outcome random(
      Trainable trainable, StepOptions options, TorchDtype dtype, int microBatch) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, dtype, 3);
      List<PreparedSample> samples = RandomBatch.mixed(64, 11);
      return run(model, manager, trainable, options, RandomBatch.split(samples, microBatch));
    }
  }

  static StepOptions rsa(double lambda) {
    return Options.rsa(lambda);
  }

  private static StepOptions stopped(double lambda) {
    return Options.rsa(Records.with(Options.recipe(lambda), "stopGradientText", true));
  }

  private static double error(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-300);
  }

  private static double norm(Map<String, double[]> gradients) {
    return Math.sqrt(
        gradients.values().stream().flatMapToDouble(Arrays::stream).map(v -> v * v).sum());
  }

  /** Every gradient by relative error; those that are zero in theory against the whole's norm. */
  static void assertSame(Outcome actual, Outcome expected, double bound) {
    StepResult a = actual.result();
    StepResult b = expected.result();
    assertThat(a.lossLm()).isCloseTo(b.lossLm(), within(bound * b.lossLm()));
    if (Double.isNaN(b.lossRsa())) {
      assertThat(a.lossRsa()).isNaN();
    } else {
      assertThat(a.lossRsa()).isCloseTo(b.lossRsa(), within(bound * b.lossRsa()));
    }
    double whole = norm(expected.gradients());
    assertThat(whole).isPositive();
    expected
        .gradients()
        .forEach(
            (name, gradient) -> {
              double[] found = actual.gradients().get(name);
              if (name.contains("vision") && name.endsWith("k_proj.bias")) {
                // softmax does not see a key bias without rotation
                assertThat(norm(Map.of(name, found))).as(name).isLessThan(bound * whole);
              } else {
                assertThat(error(found, gradient))
                    .as("relative error of " + name)
                    .isLessThan(bound);
              }
            });
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64,1e-9,1e-9", "FLOAT32,1e-5,1e-4"})
  void lossesAndGradientsEqualTransformersWithAnIndependentRsaLoss(
      TorchDtype dtype, double bound, double gradientBound) throws IOException {
    double lambda = 0.37;
    for (int microBatch : new int[] {5, 2, 1}) {
      try (NDManager manager = NDManager.newBaseManager();
          TransformersFixture fixture = new TransformersFixture(manager)) {
        Outcome outcome =
            run(
                fixture.model(dtype),
                manager,
                ALL,
                Options.checkpointing(rsa(lambda), microBatch == 2),
                RandomBatch.split(fixture.samples(), microBatch));
        double lm = fixture.loss("lm");
        double rsa = fixture.loss("rsa");
        assertThat(outcome.result().lossLm()).isCloseTo(lm, within(bound * lm));
        assertThat(outcome.result().lossRsa()).isCloseTo(rsa, within(bound * rsa));
        assertThat(outcome.result().loss())
            .isCloseTo(lm + lambda * rsa, within(bound * (lm + lambda * rsa)));
        double whole = norm(outcome.gradients());
        outcome
            .gradients()
            .forEach(
                (name, gradient) -> {
                  double[] expected = new double[gradient.length];
                  addTo(expected, fixture, "grad." + name, 1);
                  addTo(expected, fixture, "grad_rsa." + name, lambda);
                  if (fixture.zeroInTheory("grad." + name)) {
                    assertThat(norm(Map.of(name, gradient)))
                        .as(name)
                        .isLessThan(gradientBound * whole);
                  } else {
                    assertThat(error(gradient, expected)).as(name).isLessThan(gradientBound);
                  }
                });
      }
    }
  }

  private static void addTo(double[] sum, TransformersFixture fixture, String name, double factor) {
    if (fixture.has(name)) {
      double[] values = fixture.values(name);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += factor * values[i];
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 4, 1})
  void anySplitOfABatchOf64GivesTheSameLossesAndGradients(int microBatch) {
    for (boolean checkpointing : new boolean[] {false, true}) {
      // The loss does not see a shift of all rows: by the tower's last bias its parts cancel to 0,
      // and
      // at a large lambda their float32 rounding would drown the language model's part.
      StepOptions paper = Options.checkpointing(rsa(0.01), checkpointing);
      assertSame(
          random(ALL, paper, TorchDtype.FLOAT32, microBatch),
          random(ALL, Options.checkpointing(paper, false), TorchDtype.FLOAT32, 64),
          1e-5);
      StepOptions large = Options.checkpointing(rsa(1), checkpointing);
      assertSame(
          random(ALL, large, TorchDtype.FLOAT64, microBatch),
          random(ALL, Options.checkpointing(large, false), TorchDtype.FLOAT64, 64),
          1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EUCLIDEAN", "COSINE"})
  void aSplitBatchInContextOrWithAFrozenLanguageModelIsExactToo(Distance distance) {
    StepOptions options = Options.rsa(Records.with(Options.recipe(0.5), "distance", distance));
    for (boolean inContext : new boolean[] {false, true}) {
      for (Trainable trainable : List.of(STAGE_1, ALL)) {
        StepOptions own = Options.inContext(options, inContext);
        assertSame(
            random(trainable, Options.checkpointing(own, true), TorchDtype.FLOAT64, 7),
            random(trainable, own, TorchDtype.FLOAT64, 64),
            1e-12);
      }
    }
  }

  @Test
  void inContextRowsComeFromTheTokensBehindTheImage() {
    Outcome alone = random(ALL, rsa(1), TorchDtype.FLOAT64, 64);
    Outcome behind = random(ALL, Options.inContext(rsa(1), true), TorchDtype.FLOAT64, 64);
    assertThat(behind.result().lossLm()).isEqualTo(alone.result().lossLm());
    assertThat(behind.result().lossRsa()).isNotEqualTo(alone.result().lossRsa());
  }

  @Test
  void withoutRsaThereIsNoRsaLossAndMixedSamplesStillTrain() {
    Outcome plain = random(ALL, Options.languageModelOnly(), TorchDtype.FLOAT64, 64);
    assertThat(plain.result().lossRsa()).isNaN();
    assertThat(plain.result().loss()).isEqualTo(plain.result().lossLm());
    Outcome split = random(ALL, Options.languageModelOnly(), TorchDtype.FLOAT64, 9);
    assertSame(split, plain, 1e-12);
    Outcome zero = random(ALL, rsa(0), TorchDtype.FLOAT64, 64);
    assertThat(error(flat(zero), flat(plain))).isLessThan(1e-12);
    assertThat(zero.result().lossRsa()).isPositive();
  }

  private static double[] flat(Outcome outcome) {
    return outcome.gradients().values().stream().flatMapToDouble(Arrays::stream).toArray();
  }

  @Test
  void samplesThatAreNoPairsTakeNoPartInRsa() {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<PreparedSample> samples = RandomBatch.mixed(64, 11);
      List<PreparedSample> pairs = samples.stream().filter(PreparedSample::rsa).toList();
      assertThat(pairs).hasSizeBetween(20, 50);
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT64, 3);
      Outcome own = run(model, manager, ALL, rsa(1), List.of(pairs));
      Outcome all = random(ALL, rsa(1), TorchDtype.FLOAT64, 64);
      assertThat(all.result().counts().pairs()).isEqualTo(pairs.size());
      assertThat(all.result().lossRsa())
          .isCloseTo(own.result().lossRsa(), within(1e-12 * own.result().lossRsa()));
    }
  }

  @Test
  void scaleMatchingBringsTheMeansTogetherAtTheFirstBatch() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT64, 3);
      TrainedParts.select(model, ALL, RATES);
      ScaleMatch scale = ScaleMatch.firstBatch();
      TrainingStep step = new TrainingStep(model, rsa(1), scale, PhaseClock.OFF);
      StepResult first = step.gradients(manager, List.of(RandomBatch.pairs(16, 1)));
      double textScale = first.rsa().textScale();
      assertThat(textScale)
          .isCloseTo(first.rsa().statistics().distanceRatio(), within(1e-12 * textScale));
      StepResult second = step.gradients(manager, List.of(RandomBatch.pairs(16, 99)));
      assertThat(second.rsa().textScale()).isEqualTo(textScale);
    }
  }

  @Test
  void aRowThatIsNotFiniteGivesTheStepUpAndAnyOtherFaultIsThrown() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT32, 3);
      List<PreparedSample> samples = RandomBatch.pairs(4, 1);
      PreparedSample pair = samples.get(0);
      Arrays.fill(pair.images().get(0).pixels().get(0), Float.NaN);
      Outcome given = run(model, manager, ALL, rsa(1), List.of(samples));
      assertThat(given.result().finite()).isFalse();
      assertThat(given.result().rsa()).isNull();
      assertThat(norm(given.gradients())).isZero();
      TrainingStep faulty =
          new TrainingStep(
              model,
              rsa(1),
              ScaleMatch.off(),
              PhaseClock.OFF,
              stack -> {
                throw new IllegalArgumentException("not a row");
              });
      assertThatThrownBy(() -> faulty.gradients(manager, List.of(RandomBatch.pairs(4, 1))))
          .hasMessage("not a row");
    }
  }

  /**
   * Layer calls of a checkpointed step over 12 pairs in 3 micro-batches; each stack has 2 layers.
   */
  private static int layerCalls(Trainable trainable, StepOptions options) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT32, 3);
      TrainedParts.select(model, trainable, RATES);
      AtomicInteger calls = new AtomicInteger();
      new TrainingStep(
              model,
              Options.checkpointing(options, true),
              ScaleMatch.off(),
              PhaseClock.OFF,
              stack -> counted(stack, calls))
          .gradients(manager, RandomBatch.split(RandomBatch.pairs(12, 5), 4));
      return calls.get();
    }
  }

  private static LayerStack counted(LayerStack stack, AtomicInteger calls) {
    return new LayerStack() {
      @Override
      public int size() {
        return stack.size();
      }

      @Override
      public NDArray apply(NDManager manager, int index, NDArray x) {
        calls.incrementAndGet();
        return stack.apply(manager, index, x);
      }
    };
  }

  @Test
  void twoPhasesRunNoLayerMoreOftenThanOnePhaseButForTheCaptions() {
    int microBatches = 3;
    int layers = 2;
    int there = layers * microBatches;
    int thereAndBack = 2 * there;
    int lmOnly = layerCalls(ALL, Options.languageModelOnly());
    assertThat(lmOnly).isEqualTo(2 * thereAndBack); // tower and decoder
    assertThat(layerCalls(ALL, rsa(1))).isEqualTo(lmOnly + thereAndBack);
    assertThat(layerCalls(ALL, Options.inContext(rsa(1), true))).isEqualTo(lmOnly);
    // Captions through a frozen language model need no way back.
    assertThat(layerCalls(STAGE_1, rsa(1))).isEqualTo(lmOnly + there);
    // Nor does a stopped text side.
    assertThat(layerCalls(ALL, stopped(0.01))).isEqualTo(lmOnly + there);
    // Captions that fit the memory for them run once, the caption pass alone.
    assertThat(layerCalls(ALL, Options.keeping(rsa(1), 1 << 20))).isEqualTo(lmOnly + there);
    assertThat(layerCalls(ALL, Options.keeping(rsa(1), KEEPS_SOME)))
        .isStrictlyBetween(lmOnly + there, lmOnly + thereAndBack);
  }

  @ParameterizedTest
  @ValueSource(longs = {KEEPS_SOME, 1 << 20})
  void captionsThatAreKeptGiveTheGradientsOfThoseComputedAgain(long kept) {
    StepOptions again = Options.checkpointing(rsa(0.01), true);
    for (TorchDtype dtype : List.of(TorchDtype.FLOAT32, TorchDtype.FLOAT64)) {
      assertSame(
          random(ALL, Options.keeping(again, kept), dtype, 4),
          random(ALL, again, dtype, 4),
          dtype == TorchDtype.FLOAT64 ? 1e-13 : 1e-6);
    }
  }

  @Test
  void aStoppedTextSideGivesTheGradientOfTheVisionRowsAlone() {
    StepOptions options = stopped(1);
    Outcome plain = random(ALL, Options.languageModelOnly(), TorchDtype.FLOAT64, 64);
    Outcome both = random(ALL, rsa(1), TorchDtype.FLOAT64, 64);
    Outcome one = random(ALL, options, TorchDtype.FLOAT64, 64);
    assertThat(one.result().lossRsa()).isEqualTo(both.result().lossRsa());
    one.gradients()
        .forEach(
            (name, gradient) -> {
              Outcome expected = name.contains("vision") ? both : plain;
              assertThat(error(gradient, expected.gradients().get(name))).as(name).isLessThan(1e-9);
            });
    assertSame(
        random(ALL, Options.checkpointing(options, true), TorchDtype.FLOAT64, 7), one, 1e-12);
  }

  @Test
  void nothingStaysBehind() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT32, 3);
      TrainedParts.select(model, ALL, RATES);
      TrainingStep step =
          new TrainingStep(
              model, Options.checkpointing(rsa(1), true), ScaleMatch.off(), PhaseClock.OFF);
      List<List<PreparedSample>> batches = RandomBatch.split(RandomBatch.mixed(12, 5), 5);
      step.gradients(manager, batches);
      int before = manager.getManagedArrays().size();
      step.gradients(manager, batches);
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
