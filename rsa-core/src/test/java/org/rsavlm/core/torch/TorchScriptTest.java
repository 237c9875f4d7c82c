package org.rsavlm.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorchScriptTest {

  private static final String TEXT =
      """
      def twice(x: Tensor) -> Tensor:
        return x + x

      class Probe(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def weighted(self: __torch__.Probe, x: Tensor, weights: List[Tensor], n: int, scale: float, double: bool) -> Tuple[Tensor, Tensor]:
          y = x * weights[0] * scale
          if double:
            y = __torch__.twice(y)
          return (torch.sum(y), torch.mul(y, n))
        def broken(self: __torch__.Probe, x: Tensor) -> Tensor:
          y = torch.relu(x)
          return torch.matmul(y, y)
        def sizes(self: __torch__.Probe, shape: List[int]) -> int:
          return shape[0] * shape[1]
      """;

  private final TorchScript script = TorchScript.compile("probe.py", TEXT, List.of());
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void passesEveryKindOfArgumentAndKeepsTheGraph() {
    NDArray x = Tensors.of(manager, new float[] {1, 2, 3}, 3);
    NDArray w = Tensors.of(manager, new float[] {4, 5, 6}, 3);
    // A name with a dot must not turn the array into a dictionary entry.
    w.setName("model.layers.0.weight");
    w.setRequiresGradient(true);
    try (GradMode on = GradMode.enabled()) {
      NDList out = script.call(manager, "weighted", x, List.of(w), 3, 0.5, true);
      assertThat(out.get(0).getFloat()).isEqualTo(32f);
      assertThat(out.get(1).toFloatArray()).containsExactly(12f, 30f, 54f);
      Autograd.backward(out.get(0));
    }
    try (NDArray gradient = Autograd.gradient(w)) {
      assertThat(gradient.toFloatArray()).containsExactly(1f, 2f, 3f);
    }
    assertThat(script.callLong("sizes", (Object) new long[] {6, 7})).isEqualTo(42);
  }

  @Test
  void backwardTakesAnUpstreamGradientAndAddsUp() {
    NDArray w = Tensors.of(manager, new float[] {1, 1, 1}, 3);
    w.setRequiresGradient(true);
    NDArray x = Tensors.of(manager, new float[] {1, 2, 3}, 3);
    NDArray upstream = Tensors.of(manager, new float[] {1, 10, 100}, 3);
    try (GradMode on = GradMode.enabled()) {
      for (int i = 0; i < 2; i++) {
        NDArray y = script.call(manager, "weighted", x, List.of(w), 1, 1.0, false).get(1);
        Autograd.backward(y, upstream);
      }
      Autograd.backward(w, upstream); // a leaf takes the gradient itself
    }
    try (NDArray gradient = Autograd.gradient(w)) {
      assertThat(gradient.toFloatArray()).containsExactly(3f, 50f, 700f);
    }
  }

  @Test
  void gradModeOffRecordsNothing() {
    NDArray w = Tensors.of(manager, new float[] {1, 2, 3}, 3);
    w.setRequiresGradient(true);
    try (GradMode off = GradMode.disabled()) {
      NDArray y = script.call(manager, "weighted", w, List.of(w), 1, 1.0, false).get(0);
      assertThat(Autograd.requiresGradient(y)).isFalse();
      assertThatThrownBy(() -> Autograd.backward(y)).hasMessageContaining("GradMode off");
    }
  }

  @Test
  void errorsNameTheScriptAndLine() {
    assertThatThrownBy(
            () ->
                TorchScript.compile("bad.py", TEXT.replace("torch.sum(y)", "nosuch(y)"), List.of()))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining("bad.py at line 12");
    NDArray x = Tensors.of(manager, new float[6], 2, 3);
    assertThatThrownBy(() -> script.call(manager, "broken", x))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining("probe.py at line 15")
        .hasMessageContaining("broken");
    assertThatThrownBy(() -> script.call(manager, "broken", "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("argument 0 is a java.lang.String");
  }

  private static final ScriptText ARITHMETIC =
      ScriptText.of(TorchScriptTest.class, "arithmetic.py");

  private static final String CALLER =
      """
      class Caller(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def affine(self: __torch__.Caller, x: Tensor, w: Tensor) -> Tensor:
          return __torch__.arithmetic.affine(x, w)
        def choose(self: __torch__.Caller, x: Tensor) -> Tensor:
          return __torch__.operation.apply(x)
      """;

  @Test
  void sharedTextsAreCalledByTheirModuleAndRecordTheGraph() {
    TorchScript caller =
        TorchScript.compile("caller.py", CALLER, List.of(ARITHMETIC, operation("double.py")));
    NDArray x = Tensors.of(manager, new float[] {1, 2}, 2);
    NDArray w = Tensors.of(manager, new float[] {3, 4}, 2);
    w.setRequiresGradient(true);
    try (GradMode on = GradMode.enabled()) {
      NDArray y = caller.call(manager, "affine", x, w).singletonOrThrow();
      assertThat(y.toFloatArray()).containsExactly(4f, 9f);
      Autograd.backward(y, x);
    }
    try (NDArray gradient = Autograd.gradient(w)) {
      assertThat(gradient.toFloatArray()).containsExactly(1f, 4f);
    }
    assertThat(caller.call(manager, "choose", x).singletonOrThrow().toFloatArray())
        .containsExactly(2f, 4f);
  }

  /** The same caller with another text in a module's place does another thing. */
  @Test
  void aModuleCanBeGivenAnotherText() {
    TorchScript caller =
        TorchScript.compile("caller.py", CALLER, List.of(ARITHMETIC, operation("square.py")));
    NDArray x = Tensors.of(manager, new float[] {3, 4}, 2);
    assertThat(caller.call(manager, "choose", x).singletonOrThrow().toFloatArray())
        .containsExactly(9f, 16f);
  }

  @Test
  void errorsInSharedTextsNameTheirFileAndLine() {
    TorchScript caller =
        TorchScript.compile("caller.py", CALLER, List.of(ARITHMETIC, operation("double.py")));
    NDArray x = Tensors.of(manager, new float[] {1, 2}, 2);
    NDArray w = Tensors.of(manager, new float[] {3, 4, 5}, 3);
    assertThatThrownBy(() -> caller.call(manager, "affine", x, w))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith("org.rsavlm.core.torch/arithmetic.py at line 6: method affine");
    assertThatThrownBy(
            () ->
                TorchScript.compile(
                    "caller.py", CALLER, List.of(ARITHMETIC, operation("broken.py"))))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith("org.rsavlm.core.torch/broken.py at line 3: does not compile");
    assertThatThrownBy(() -> TorchScript.compile("caller.py", CALLER, List.of(ARITHMETIC)))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith("caller.py at line 8");
  }

  @Test
  void twoTextsCantBeOneModule() {
    assertThatThrownBy(
            () -> TorchScript.compile("caller.py", CALLER, List.of(ARITHMETIC, ARITHMETIC)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two texts are module arithmetic");
    assertThatThrownBy(() -> ARITHMETIC.as("no-name")).hasMessageContaining("module no-name");
  }

  private static ScriptText operation(String resource) {
    return ScriptText.of(TorchScriptTest.class, resource).as("operation");
  }

  @Test
  void castKeepsTheGradientThroughBfloat16() {
    NDArray x = Tensors.of(manager, new float[] {1, 2, 3}, 3);
    x.setRequiresGradient(true);
    try (GradMode on = GradMode.enabled()) {
      NDArray half = Tensors.cast(x, TorchDtype.BFLOAT16);
      assertThat(TorchDtype.of(half)).isEqualTo(TorchDtype.BFLOAT16);
      NDArray wide = Tensors.cast(half.mul(half), TorchDtype.FLOAT64);
      Autograd.backward(wide.sum());
    }
    try (NDArray gradient = Autograd.gradient(x)) {
      assertThat(gradient.toFloatArray()).containsExactly(2f, 4f, 6f);
    }
  }

  @Test
  void memoryIsTheArraysOwn() {
    NDArray x = Tensors.of(manager, new double[] {1, 2, 3, 4}, 2, 2);
    assertThat(TorchMemory.pointer(x).getDoubleArray(0, 4)).containsExactly(1, 2, 3, 4);
    TorchMemory.pointer(x).setDouble(8, 20);
    assertThat(Tensors.toDoubles(x)).containsExactly(1, 20, 3, 4);
    NDArray transposed = x.transpose();
    assertThatThrownBy(() -> TorchMemory.pointer(transposed))
        .hasMessageContaining("not contiguous");
    NDArray half = Tensors.cast(x, TorchDtype.BFLOAT16);
    assertThat(TorchMemory.pointer(half).getShort(0)).isEqualTo((short) 0x3F80);
    assertThat(Tensors.item(Tensors.of(manager, new float[] {2.5f}, 1))).isEqualTo(2.5);
  }

  @Test
  void seedsMakeRandomStreamsRepeat() {
    TorchRuntime.seed(7);
    float[] first = manager.randomNormal(new ai.djl.ndarray.types.Shape(8)).toFloatArray();
    TorchRuntime.seed(7);
    assertThat(manager.randomNormal(new ai.djl.ndarray.types.Shape(8)).toFloatArray())
        .containsExactly(first);
    assertThat(TorchRuntime.peakResidentBytes())
        .isGreaterThanOrEqualTo(TorchRuntime.residentBytes() / 2)
        .isGreaterThan(1 << 20);
  }
}
