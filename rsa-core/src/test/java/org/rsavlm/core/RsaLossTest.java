package org.rsavlm.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.RsaReference.Matrix;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

class RsaLossTest {

  private static final RsaReference REFERENCE = new RsaReference();

  private NDManager manager;
  private GradMode gradMode;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    gradMode = GradMode.enabled();
  }

  @AfterEach
  void close() {
    gradMode.close();
    manager.close();
  }

  /** Loss and gradients of one call. */
  private record Outcome(double loss, double[] vision, double[] text) {}

  private Outcome run(RsaLoss rsa, Matrix v, Matrix t, TorchDtype dtype) {
    NDArray vision = leaf(v, dtype);
    NDArray text = leaf(t, dtype);
    NDArray loss = rsa.compute(vision, text);
    Autograd.backward(loss);
    return new Outcome(Tensors.item(loss), gradient(vision), gradient(text));
  }

  private NDArray leaf(Matrix m, TorchDtype dtype) {
    NDArray wide = Tensors.of(manager, m.values(), m.rows(), m.columns());
    return Autograd.leaf(Tensors.cast(wide, dtype), true);
  }

  private static double[] gradient(NDArray leaf) {
    try (NDArray gradient = Autograd.gradient(leaf)) {
      return Tensors.toDoubles(gradient);
    }
  }

  /** Norm of the difference over the norm of the reference; absolute where that is 0. */
  private static double error(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }

  static Stream<Arguments> cases() {
    return REFERENCE.names().stream()
        .flatMap(name -> Stream.of(Distance.values()).map(d -> Arguments.of(name, d)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheReferenceInEveryPrecision(String name, Distance distance) {
    RsaLoss rsa = RsaLoss.builder().distance(distance).build();
    Matrix v = REFERENCE.matrix(name + ".vision");
    Matrix t = REFERENCE.matrix(name + ".text");
    double value = REFERENCE.value(name, distance);
    double[] gv = REFERENCE.gradient(name, distance, "vision").values();
    double[] gt = REFERENCE.gradient(name, distance, "text").values();
    // Rows that almost agree amplify the inputs' own rounding; offsets of 300 leave angles of 1e-5.
    boolean ill =
        name.startsWith("near") || (name.equals("offset-300") && !translationInvariant(distance));
    check(run(rsa, v, t, TorchDtype.FLOAT64), value, gv, gt, ill ? 1e-6 : 1e-9, ill ? 1e-6 : 1e-9);
    check(run(rsa, v, t, TorchDtype.FLOAT32), value, gv, gt, ill ? 1e-3 : 1e-4, ill ? 1e-3 : 1e-4);
    if (name.equals("bfloat16")) {
      // The value sees no rounding; the gradient is rounded to bfloat16's 8 bits.
      check(run(rsa, v, t, TorchDtype.BFLOAT16), value, gv, gt, 1e-4, 4e-3);
    }
  }

  private static boolean translationInvariant(Distance distance) {
    return distance != Distance.COSINE && distance != Distance.ANGULAR;
  }

  private static void check(
      Outcome actual, double value, double[] gv, double[] gt, double valueBound, double bound) {
    assertThat(error(new double[] {actual.loss()}, new double[] {value})).isLessThan(valueBound);
    assertThat(error(actual.vision(), gv)).isLessThan(bound);
    assertThat(error(actual.text(), gt)).isLessThan(bound);
  }

  @ParameterizedTest
  @CsvSource({"2,3,5", "16,40,24", "256,64,48", "1000,16,24", "2000,8,12"})
  void equalsPlainPairwiseArithmetic(int n, int dv, int dt) {
    Random random = new Random(n);
    Matrix v = gaussian(random, n, dv, 2);
    Matrix t = gaussian(random, n, dt, 1);
    double[] gv = new double[n * dv];
    double[] gt = new double[n * dt];
    double value = pairwise(v, t, gv, gt);
    check(run(RsaLoss.euclidean(), v, t, TorchDtype.FLOAT64), value, gv, gt, 1e-9, 1e-9);
    check(run(RsaLoss.euclidean(), v, t, TorchDtype.FLOAT32), value, gv, gt, 1e-4, 1e-4);
  }

  /**
   * Rows that differ by a millionth of their length: the Gram product alone would leave four digits
   * of their distance, and none at a hundred-millionth.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-6, 1e-8})
  void distancesOfAlmostEqualRowsKeepTheirDigits(double apart) {
    int n = 24;
    int d = 16;
    Random random = new Random(5);
    double[] values = gaussian(random, n, d, 1).values();
    for (int row = 1; row < n; row += 2) { // each second row is the one before, moved a little
      for (int column = 0; column < d; column++) {
        values[row * d + column] = values[(row - 1) * d + column] + apart * random.nextGaussian();
      }
    }
    double[] kernel =
        Tensors.toDoubles(Distance.EUCLIDEAN.kernel(Tensors.of(manager, values, n, d)));
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double squares = 0;
        for (int column = 0; column < d; column++) {
          double difference = values[i * d + column] - values[j * d + column];
          squares += difference * difference;
        }
        double expected = Math.sqrt(squares);
        // centring rounds each coordinate once: 1e-16 of a length of 1
        double bound = 1e-10 * expected + 2e-15;
        assertThat(kernel[i * n + j]).as("rows %d and %d", i, j).isCloseTo(expected, within(bound));
      }
    }
  }

  private static Matrix gaussian(Random random, int rows, int columns, double scale) {
    return new Matrix(
        rows, columns, random.doubles((long) rows * columns, -scale, scale).toArray());
  }

  private static double pairwise(Matrix v, Matrix t, double[] gv, double[] gt) {
    int n = v.rows();
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double kv = distance(v, i, j);
        double kt = distance(t, i, j);
        sum += (kv - kt) * (kv - kt);
        double g = 4.0 / n / n * (kv - kt); // once for (i, j) and once for (j, i)
        add(gv, v, i, j, kv == 0 ? 0 : g / kv);
        add(gt, t, i, j, kt == 0 ? 0 : -g / kt);
      }
    }
    return sum / n / n;
  }

  private static double distance(Matrix m, int i, int j) {
    double sum = 0;
    for (int c = 0; c < m.columns(); c++) {
      double d = m.values()[i * m.columns() + c] - m.values()[j * m.columns() + c];
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  private static void add(double[] gradient, Matrix m, int i, int j, double weight) {
    for (int c = 0; c < m.columns(); c++) {
      int at = i * m.columns() + c;
      gradient[at] += weight * (m.values()[at] - m.values()[j * m.columns() + c]);
    }
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void gradientEqualsFiniteDifferences(Distance distance) {
    RsaLoss rsa = RsaLoss.builder().distance(distance).textScale(1.7).build();
    Matrix v = gaussian(new Random(3), 6, 4, 1);
    Matrix t = gaussian(new Random(4), 6, 5, 1);
    Outcome at = run(rsa, v, t, TorchDtype.FLOAT64);
    double step = 1e-6;
    for (int i = 0; i < v.values().length; i++) {
      double slope = (value(rsa, moved(v, i, step), t) - value(rsa, moved(v, i, -step), t)) / 2;
      assertThat(at.vision()[i]).isCloseTo(slope / step, within(1e-7 * (1 + Math.abs(slope))));
    }
    for (int i = 0; i < t.values().length; i++) {
      double slope = (value(rsa, v, moved(t, i, step)) - value(rsa, v, moved(t, i, -step))) / 2;
      assertThat(at.text()[i]).isCloseTo(slope / step, within(1e-7 * (1 + Math.abs(slope))));
    }
  }

  private double value(RsaLoss rsa, Matrix v, Matrix t) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray vision = Tensors.of(scratch, v.values(), v.rows(), v.columns());
      NDArray text = Tensors.of(scratch, t.values(), t.rows(), t.columns());
      return Tensors.item(rsa.compute(vision, text));
    }
  }

  private static Matrix moved(Matrix m, int index, double step) {
    double[] values = m.values().clone();
    values[index] += step;
    return new Matrix(m.rows(), m.columns(), values);
  }

  @Test
  void stopGradientLeavesTheTextSideAlone() {
    RsaLoss rsa = RsaLoss.builder().stopGradientText(true).build();
    NDArray vision = leaf(gaussian(new Random(1), 5, 3, 1), TorchDtype.FLOAT32);
    NDArray text = leaf(gaussian(new Random(2), 5, 4, 1), TorchDtype.FLOAT32);
    Autograd.backward(rsa.compute(vision, text));
    assertThat(java.util.Arrays.stream(gradient(vision)).filter(g -> g != 0).count()).isPositive();
    assertThat(Autograd.gradient(text)).isNull();
  }

  @Test
  void totalAndLayersAreWeightedSums() {
    Matrix v = gaussian(new Random(1), 5, 3, 1);
    Matrix t = gaussian(new Random(2), 5, 4, 1);
    NDArray vision = leaf(v, TorchDtype.FLOAT64);
    NDArray text = leaf(t, TorchDtype.FLOAT64);
    double one = Tensors.item(RsaLoss.euclidean().compute(vision, text));
    double other = Tensors.item(RsaLoss.euclidean().compute(text, vision.mul(2)));
    RsaLoss layers = RsaLoss.builder().layerWeights(List.of(0.25, 3.0)).build();
    NDArray sum = layers.compute(new NDList(vision, text), new NDList(text, vision.mul(2)));
    assertThat(Tensors.item(sum)).isCloseTo(0.25 * one + 3 * other, within(1e-12 * other));
    NDArray lm = Tensors.of(manager, new double[] {2}, 1).sum();
    NDArray total = RsaLoss.euclidean().total(lm, RsaLoss.euclidean().compute(vision, text));
    assertThat(Tensors.item(total)).isCloseTo(2 + 0.01 * one, within(1e-12));
    assertThat(RsaLoss.cosine().lambda()).isEqualTo(1.0);
    assertThatThrownBy(() -> layers.compute(new NDList(vision), new NDList(text)))
        .hasMessageContaining("1 layer pairs were given but 2 layer weights are set");
  }

  @ParameterizedTest
  @CsvSource({"1", "4", "13", "50"})
  void microBatchesGiveTheGradientOfTheBatch(int size) {
    int n = 50;
    Matrix v = gaussian(new Random(1), n, 9, 1);
    Matrix t = gaussian(new Random(2), n, 7, 2);
    RsaLoss rsa = RsaLoss.builder().lambda(0.5).build();
    Outcome whole = run(rsa, v, t, TorchDtype.FLOAT32);
    List<NDArray> visions = new ArrayList<>();
    List<NDArray> texts = new ArrayList<>();
    try (RsaBatch batch = new RsaBatch(manager)) {
      for (int start = 0; start < n; start += size) {
        visions.add(leaf(rows(v, start, Math.min(n, start + size)), TorchDtype.FLOAT32));
        texts.add(leaf(rows(t, start, Math.min(n, start + size)), TorchDtype.FLOAT32));
        batch.add(visions.get(visions.size() - 1), texts.get(texts.size() - 1));
      }
      assertThat(batch.evaluate(rsa).loss()).isCloseTo(whole.loss(), within(1e-6));
      for (int i = 0; i < visions.size(); i++) {
        batch.backward(i, visions.get(i), texts.get(i));
      }
    }
    assertThat(error(joined(visions), half(whole.vision()))).isLessThan(1e-6);
    assertThat(error(joined(texts), half(whole.text()))).isLessThan(1e-6);
  }

  private static Matrix rows(Matrix m, int from, int to) {
    return new Matrix(
        to - from,
        m.columns(),
        java.util.Arrays.copyOfRange(m.values(), from * m.columns(), to * m.columns()));
  }

  private static double[] joined(List<NDArray> leaves) {
    return leaves.stream()
        .flatMapToDouble(leaf -> java.util.Arrays.stream(gradient(leaf)))
        .toArray();
  }

  private static double[] half(double[] values) {
    return java.util.Arrays.stream(values).map(x -> x / 2).toArray();
  }

  /** Three images with two captions, then two with three, would be five pairs of strangers. */
  @Test
  void aBatchRefusesSidesOfDifferentNumbers() {
    try (RsaBatch batch = new RsaBatch(manager)) {
      NDArray three = Tensors.of(manager, new double[6], 3, 2);
      NDArray two = Tensors.of(manager, new double[4], 2, 2);
      assertThatThrownBy(() -> batch.add(three, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 vision rows but 2 text rows");
      assertThat(batch.size()).isZero();
    }
  }

  @Test
  void oneRowGivesZero() {
    Matrix v = gaussian(new Random(1), 1, 3, 1);
    Outcome outcome = run(RsaLoss.euclidean(), v, v, TorchDtype.FLOAT32);
    assertThat(outcome.loss()).isZero();
    assertThat(outcome.vision()).containsOnly(0);
  }

  @Test
  void badInputNamesTheSideAndTheRow() {
    RsaLoss rsa = RsaLoss.euclidean();
    NDArray five = Tensors.of(manager, new float[10], 5, 2);
    NDArray four = Tensors.of(manager, new float[8], 4, 2);
    NDArray flat = Tensors.of(manager, new float[4], 4);
    assertThatThrownBy(() -> rsa.compute(five, four))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vision has 5 rows and text 4; each image needs its caption");
    assertThatThrownBy(() -> rsa.compute(five, flat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("text has shape (4); it must be [N, d]");
    NDArray bad = Tensors.of(manager, new float[] {0, 1, 2, 3, 4, Float.NaN, 6, 7, 8, 9}, 5, 2);
    assertThatThrownBy(() -> rsa.compute(five, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("text row 2 holds a value that is not finite");
    assertThat(catchThrowableOfType(NonFiniteRowException.class, () -> rsa.compute(five, bad)))
        .returns(NonFiniteRowException.Side.TEXT, NonFiniteRowException::side)
        .returns(2L, NonFiniteRowException::row);
    assertThatThrownBy(() -> RsaLoss.builder().lambda(-1))
        .hasMessageContaining("lambda is -1.0; it must be at least 0");
  }

  @Test
  void statisticsTellSpreadAndRank() {
    // Two orthogonal directions of equal spread: rank 2.
    Matrix square = new Matrix(4, 3, new double[] {1, 0, 5, -1, 0, 5, 0, 1, 5, 0, -1, 5});
    Matrix line = new Matrix(4, 2, new double[] {1, 1, 2, 2, 3, 3, 4, 4});
    try (RsaEvaluation e =
        RsaLoss.euclidean()
            .evaluate(manager, leaf(square, TorchDtype.FLOAT32), leaf(line, TorchDtype.FLOAT32))) {
      RsaStatistics s = e.statistics();
      assertThat(s.effectiveRankVision()).isCloseTo(2, within(1e-6));
      assertThat(s.effectiveRankText()).isCloseTo(1, within(1e-5));
      assertThat(s.meanDistanceVision()).isCloseTo((8 * Math.sqrt(2) + 8) / 16, within(1e-9));
      assertThat(s.meanDistanceText()).isCloseTo(20 * Math.sqrt(2) / 16, within(1e-9));
    }
  }

  @Test
  void rankDoesNotDependOnTheNumberOfColumns() {
    Matrix tall = gaussian(new Random(3), 9, 4, 1);
    double[] padded = new double[9 * 20];
    for (int i = 0; i < 9; i++) {
      System.arraycopy(tall.values(), 4 * i, padded, 20 * i, 4);
    }
    Matrix wide = new Matrix(9, 20, padded);
    try (RsaEvaluation e =
        RsaLoss.euclidean()
            .evaluate(manager, leaf(tall, TorchDtype.FLOAT64), leaf(wide, TorchDtype.FLOAT64))) {
      RsaStatistics s = e.statistics();
      assertThat(s.effectiveRankVision()).isBetween(3.0, 4.0);
      assertThat(s.effectiveRankText()).isCloseTo(s.effectiveRankVision(), within(1e-5));
    }
  }

  @Test
  void scaleMatchBringsTheMeansTogether() {
    ScaleMatch first = ScaleMatch.firstBatch();
    assertThat(first.current()).isEqualTo(1);
    assertThat(first.update(0, 3)).isEqualTo(1);
    assertThat(first.update(8, 2)).isEqualTo(4);
    assertThat(first.update(8, 8)).isEqualTo(4);
    ScaleMatch running = ScaleMatch.running(0.5);
    running.update(8, 2);
    assertThat(running.update(4, 2)).isEqualTo(3);
    ScaleMatch resumed = ScaleMatch.firstBatch().from(3.0); // batches after a resume change nothing
    assertThat(resumed.update(8, 2)).isEqualTo(3);
    assertThat(resumed.update(4, 2)).isEqualTo(3);
  }

  @Test
  void anotherTextScaleLeavesTheRestOfALossAlone() {
    RsaLoss.Builder builder =
        RsaLoss.builder()
            .distance(Distance.COSINE)
            .lambda(0.3)
            .stopGradientText(true)
            .layerWeights(List.of(1.0, 2.0));
    RsaLoss scaled = builder.build().withTextScale(2.5);
    assertThat(scaled).hasToString(builder.textScale(2.5).build().toString());
    assertThat(scaled.stopGradientText()).isTrue();
  }

  /** Else {@link ScaleMatch}, which reads them, would undo its own estimate. */
  @Test
  void statisticsDoNotDependOnTheTextScale() {
    NDArray v = leaf(gaussian(new Random(1), 6, 3, 1), TorchDtype.FLOAT64);
    NDArray t = leaf(gaussian(new Random(2), 6, 4, 1), TorchDtype.FLOAT64);
    try (RsaEvaluation plain = RsaLoss.euclidean().evaluate(manager, v, t);
        RsaEvaluation scaled = RsaLoss.euclidean().withTextScale(4).evaluate(manager, v, t)) {
      assertThat(scaled.statistics()).isEqualTo(plain.statistics());
      assertThat(scaled.loss()).isNotEqualTo(plain.loss());
    }
  }

  @Test
  void scaleMatchGoesOnFromAnEarlierEstimateAndOffStaysAtOne() {
    ScaleMatch running = ScaleMatch.running(0.5).from(4.0);
    assertThat(running.isPending()).isFalse();
    assertThat(running.update(4, 2)).isEqualTo(3);
    assertThat(ScaleMatch.firstBatch().from(null).isPending()).isTrue();
    ScaleMatch off = ScaleMatch.off().from(4.0);
    assertThat(off.update(8, 2)).isEqualTo(1);
    assertThat(off.isPending()).isFalse();
    assertThat(off.isEstimated()).isFalse();
  }
}
