package org.rsavlm.train.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rsavlm.core.Distance;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.TokenPooling;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.eval.alignment.FeatureMatrix;
import org.rsavlm.eval.alignment.LayerFeatures;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.EvaluationSet;
import org.rsavlm.train.data.PreparedSample;

class HeldOutEvaluatorTest {

  private static final int K = 5;

  @TempDir private static Path dir;
  private static TinyWorld world;

  private NDManager manager;

  @BeforeAll
  static void write() {
    world = new TinyWorld(dir);
  }

  @AfterAll
  static void forget() {
    world.close();
  }

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] figures(HeldOutResult result) {
    StageResult stage = result.toStageResult("1");
    return stage.measures().values().stream().mapToDouble(SeedValues::mean).toArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = TorchDtype.class,
      names = {"FLOAT32", "FLOAT64"})
  void theBatchSizeChangesNoFigure(TorchDtype dtype) {
    VisionLanguageModel model = world.model(manager, dtype, true);
    HeldOutResult whole;
    try (EvaluationSet pairs = world.pairs(PromptTemplate.PLAIN)) {
      whole = new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 64).evaluate(manager, pairs);
      for (int batchSize : new int[] {1, 7, 40}) {
        HeldOutResult split =
            new HeldOutEvaluator(model, RsaLoss.euclidean(), K, batchSize).evaluate(manager, pairs);
        assertThat(split.pairs()).isEqualTo(TinyWorld.HELD_OUT);
        assertThat(split.supervisedTokens()).isEqualTo(whole.supervisedTokens());
        double[] expected = figures(whole);
        double[] actual = figures(split);
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i])
              .as("figure %d at batch size %d", i, batchSize)
              .isCloseTo(expected[i], withPercentage(1e-4));
        }
        assertThat(split.grid()).isEqualTo(whole.grid());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"PLAIN,true", "QWEN_1_5,false"})
  void theLossIsThatOfPlainLogitsSampleBySample(PromptTemplate template, boolean tied) {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT64, tied);
    try (EvaluationSet pairs = world.pairs(template);
        GradMode off = GradMode.disabled()) {
      double sum = 0;
      int tokens = 0;
      for (PreparedSample sample : TinyWorld.prepared(pairs)) {
        try (NDManager scratch = manager.newSubManager()) {
          NDArray ids = Tensors.of(scratch, sample.ids(), sample.ids().length);
          NDList out =
              model.forward(
                  new ParameterStore(scratch, false),
                  new NDList(pixels(scratch, sample), ids),
                  false);
          double[] logits = Tensors.toDoubles(out.singletonOrThrow());
          long[] labels = expandedLabels(sample);
          int vocabulary = logits.length / labels.length;
          for (int at = 1; at < labels.length; at++) {
            if (labels[at] != Tokenized.IGNORE) {
              sum += crossEntropy(logits, (at - 1) * vocabulary, vocabulary, (int) labels[at]);
              tokens++;
            }
          }
        }
      }
      HeldOutResult result =
          new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 16).evaluate(manager, pairs);
      assertThat(result.supervisedTokens()).isEqualTo(tokens);
      assertThat(result.lmLoss()).isCloseTo(sum / tokens, withPercentage(1e-10));
    }
  }

  @Test
  void ofTiledImagesTheBaseImageGivesTheFeaturesAndAllTilesTheLoss() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT64, true);
    try (EvaluationSet flat = world.pairs(PromptTemplate.QWEN_1_5);
        EvaluationSet tiled = world.tiledPairs(PromptTemplate.QWEN_1_5)) {
      HeldOutFeatures base =
          new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 7).features(manager, flat);
      HeldOutFeatures together =
          new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 7).features(manager, tiled);
      HeldOutFeatures single =
          new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 1).features(manager, tiled);
      for (int layer = 0; layer < base.vision().layers(); layer++) {
        for (int row = 0; row < base.pairs(); row++) {
          assertThat(together.vision().layer(layer).get(row, 5))
              .isCloseTo(base.vision().layer(layer).get(row, 5), within(1e-6));
        }
      }
      assertThat(together.supervisedTokens()).isEqualTo(base.supervisedTokens());
      assertThat(together.lmLoss()).isCloseTo(single.lmLoss(), withPercentage(1e-10));
      assertThat(Math.abs(together.lmLoss() / base.lmLoss() - 1)).isGreaterThan(1e-6);
    }
  }

  private static NDArray pixels(NDManager manager, PreparedSample sample) {
    return Tensors.cast(
        Tensors.of(manager, sample.images().get(0).base(), 1, 3, 64, 64), TorchDtype.FLOAT64);
  }

  private static long[] expandedLabels(PreparedSample sample) {
    List<Long> labels = new ArrayList<>();
    for (int i = 0; i < sample.ids().length; i++) {
      int places = sample.ids()[i] == Tokenized.IMAGE ? TinyWorld.TOKENS_PER_IMAGE : 1;
      for (int place = 0; place < places; place++) {
        labels.add(sample.labels()[i]);
      }
    }
    return labels.stream().mapToLong(Long::longValue).toArray();
  }

  private static double crossEntropy(double[] logits, int from, int count, int label) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, logits[from + i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logits[from + i] - largest);
    }
    return largest + Math.log(sum) - logits[from + label];
  }

  @Test
  void featuresAreThePooledHiddenStatesOfEverySample() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT64, true);
    try (EvaluationSet pairs = world.pairs(PromptTemplate.QWEN_1_5);
        GradMode off = GradMode.disabled()) {
      HeldOutFeatures features =
          new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 7).features(manager, pairs);
      assertThat(features.vision().layers()).isEqualTo(3);
      assertThat(features.text().layers()).isEqualTo(4);
      List<PreparedSample> samples = TinyWorld.prepared(pairs);
      for (int row = 0; row < samples.size(); row++) {
        PreparedSample sample = samples.get(row);
        try (NDManager scratch = manager.newSubManager()) {
          NDList vision = model.vision().hiddenStates(scratch, pixels(scratch, sample));
          for (int layer = 0; layer < vision.size(); layer++) {
            assertRow(features.vision().layer(layer), row, TokenPooling.mean(vision.get(layer)));
          }
          long[] lengths = {sample.caption().length};
          NDArray ids = Tensors.of(scratch, sample.caption(), lengths[0]);
          NDList text =
              model
                  .language()
                  .hiddenStates(
                      scratch,
                      model.language().embed(scratch, ids),
                      model.language().layout(scratch, lengths));
          for (int layer = 0; layer < text.size(); layer++) {
            assertRow(
                features.text().layer(layer), row, TokenPooling.mean(text.get(layer), lengths));
          }
        }
      }
    }
  }

  private static void assertRow(FeatureMatrix matrix, int row, NDArray expected) {
    double[] values = Tensors.toDoubles(expected);
    assertThat(matrix.rows()).isEqualTo(TinyWorld.HELD_OUT);
    assertThat(matrix.cols()).isEqualTo(values.length);
    double norm = 0;
    for (double value : values) {
      norm += value * value;
    }
    for (int col = 0; col < values.length; col++) {
      assertThat(matrix.get(row, col)).isCloseTo(values[col], within(1e-7 * Math.sqrt(norm)));
    }
  }

  @Test
  void theRsaLossIsThatOfTheLastLayersOverAllPairs() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT32, true);
    RsaLoss rsa = RsaLoss.builder().distance(Distance.COSINE).textScale(1.7).build();
    try (EvaluationSet pairs = world.pairs(PromptTemplate.PLAIN)) {
      HeldOutEvaluator evaluator = new HeldOutEvaluator(model, rsa, K, 16);
      HeldOutFeatures features = evaluator.features(manager, pairs);
      double[][] vision = rows(features.vision().layer(2));
      double[][] text = rows(features.text().layer(3));
      double sum = 0;
      double visionSum = 0;
      double textSum = 0;
      for (int i = 0; i < vision.length; i++) {
        for (int j = 0; j < vision.length; j++) {
          double kv = cosineDistance(vision[i], vision[j]);
          double kt = cosineDistance(text[i], text[j]);
          sum += (kv - 1.7 * kt) * (kv - 1.7 * kt);
          visionSum += kv;
          textSum += kt;
        }
      }
      int pairsOfRows = vision.length * vision.length;
      HeldOutResult result = evaluator.measure(manager, features);
      assertThat(result.rsaLoss()).isCloseTo(sum / pairsOfRows, withPercentage(1e-6));
      assertThat(result.statistics().meanDistanceVision())
          .isCloseTo(visionSum / pairsOfRows, withPercentage(1e-6));
      assertThat(result.statistics().meanDistanceText())
          .isCloseTo(textSum / pairsOfRows, withPercentage(1e-6));
    }
  }

  private static double[][] rows(FeatureMatrix matrix) {
    double[][] rows = new double[matrix.rows()][matrix.cols()];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int col = 0; col < matrix.cols(); col++) {
        rows[row][col] = matrix.get(row, col);
      }
    }
    return rows;
  }

  private static double cosineDistance(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return 1 - ab / Math.sqrt(aa * bb);
  }

  @Test
  void identicalSidesAlignFullyAndHaveNoRsaLoss() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT32, true);
    try (EvaluationSet pairs = world.pairs(PromptTemplate.PLAIN)) {
      HeldOutEvaluator evaluator = new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 16);
      HeldOutFeatures features = evaluator.features(manager, pairs);
      LayerFeatures text = features.text();
      HeldOutResult same =
          evaluator.measure(
              manager,
              new HeldOutFeatures(text, text, features.lossSum(), features.supervisedTokens()));
      assertThat(same.mutualKnn()).isEqualTo(1);
      assertThat(same.rsaLoss()).isZero();
      assertThat(evaluator.measure(manager, features).mutualKnn()).isBetween(0.0, 0.9);
    }
  }

  @Test
  void theStageHasTheMeasuresOfTheReport() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT32, true);
    try (EvaluationSet pairs = world.pairs(PromptTemplate.PLAIN)) {
      HeldOutResult result =
          new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 16).evaluate(manager, pairs);
      StageResult stage = result.toStageResult("1.5");
      assertThat(stage.stage()).isEqualTo("1.5");
      assertThat(stage.grid()).isEqualTo(result.grid());
      assertThat(result.grid().visionLayers()).isEqualTo(3);
      assertThat(result.grid().textLayers()).isEqualTo(4);
      assertThat(stage.measures().keySet())
          .containsExactly(
              "mutual_knn",
              "mutual_knn_best",
              "lm_loss",
              "rsa_loss",
              "mean_distance_vision",
              "mean_distance_text",
              "effective_rank_vision",
              "effective_rank_text");
      assertThat(stage.measures().get("mutual_knn").mean()).isEqualTo(result.grid().score(2, 3));
      assertThat(stage.measures().get("lm_loss").mean()).isEqualTo(result.lmLoss());
      assertThat(stage.measures().get("rsa_loss").mean()).isEqualTo(result.rsaLoss());
    }
  }

  @Test
  void repeatedEvaluationsKeepNoNativeMemoryAndRecordNothing() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT32, true);
    model.parts().forEach(part -> part.train(name -> true));
    try (EvaluationSet pairs = world.pairs(PromptTemplate.QWEN_1_5);
        NDManager own = manager.newSubManager();
        GradMode on = GradMode.enabled()) {
      HeldOutEvaluator evaluator = new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 16);
      lowestResident(evaluator, own, pairs);
      long before = lowestResident(evaluator, own, pairs);
      long after = lowestResident(evaluator, own, pairs);
      assertThat(after - before).isLessThan(16L << 20);
      assertThat(own.getManagedArrays()).isEmpty();
      assertThat(GradMode.isEnabled()).isTrue();
    }
  }

  /** Of several readings, as the Java heap grows and shrinks by more than a batch's arrays. */
  private static long lowestResident(
      HeldOutEvaluator evaluator, NDManager manager, EvaluationSet pairs) {
    long lowest = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 3; i++) {
        evaluator.evaluate(manager, pairs);
      }
      System.gc();
      lowest = Math.min(lowest, TorchRuntime.residentBytes());
    }
    return lowest;
  }

  @Test
  void faultsOfDataAndModelAreNamed() {
    VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT32, true);
    try (EvaluationSet pairs = world.pairs(PromptTemplate.PLAIN);
        EvaluationSet dialogues = world.pairs(world.files.questions(), PromptTemplate.QWEN_1_5)) {
      assertThatThrownBy(
              () ->
                  new HeldOutEvaluator(model, RsaLoss.euclidean(), TinyWorld.HELD_OUT, 16)
                      .evaluate(manager, pairs))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("40 neighbours can't be found among 40 usable pairs");
      HeldOutEvaluator evaluator = new HeldOutEvaluator(model, RsaLoss.euclidean(), K, 16);
      assertThatThrownBy(() -> evaluator.evaluate(manager, dialogues))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("train-00000")
          .hasMessageContaining("not one image with one caption");
      Tensors.fill(model.vision().weight("vision_model.encoder.layers.1.mlp.fc2.bias"), Double.NaN);
      assertThatThrownBy(() -> evaluator.evaluate(manager, pairs))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("vision features of layer 2 hold NaN at pair 0");
    }
  }
}
