package org.rsavlm.models.qwen2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.Reference;
import org.rsavlm.models.nn.DeferredBackward;
import org.rsavlm.models.nn.LanguageHeadLoss;
import org.rsavlm.models.nn.TokenLayout;

class Qwen2ModelTest {

  /** The real tokens of a padded batch, packed, with the labels of their successors. */
  private record Packed(long[] ids, long[] lengths, long[] slots, long[] positions, long[] labels) {

    static Packed of(Reference reference) {
      long[] shape = reference.read("input_ids").getShape().getShape();
      long[] ids = reference.read("input_ids").toLongArray();
      long[] labels = reference.read("labels").toLongArray();
      int width = (int) shape[1];
      long[] lengths = new long[(int) shape[0]];
      LongStream.Builder packed = LongStream.builder();
      LongStream.Builder slots = LongStream.builder();
      LongStream.Builder positions = LongStream.builder();
      LongStream.Builder wanted = LongStream.builder();
      int at = 0;
      for (int row = 0; row < lengths.length; row++) {
        lengths[row] = reference.json.get("lengths").get(row).asLong();
        for (int i = 0; i < lengths[row]; i++, at++) {
          packed.add(ids[row * width + i]);
          slots.add((long) row * width + i);
          if (i + 1 < lengths[row] && labels[row * width + i + 1] != -100) {
            positions.add(at);
            wanted.add(labels[row * width + i + 1]);
          }
        }
      }
      return new Packed(
          packed.build().toArray(),
          lengths,
          slots.build().toArray(),
          positions.build().toArray(),
          wanted.build().toArray());
    }
  }

  private static Qwen2Model model(NDManager manager, Reference reference, TorchDtype dtype) {
    Qwen2Model model = new Qwen2Model(Qwen2Config.from(reference.config()));
    model.allocate(manager, dtype);
    reference.loadInto(model);
    return model;
  }

  private static NDArray longs(NDManager manager, long[] values) {
    return Tensors.of(manager, values, values.length);
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2-mha,FLOAT64,1e-9,1e-9",
    "qwen2-gqa2-tied,FLOAT64,1e-9,1e-9",
    "qwen2-gqa4,FLOAT64,1e-9,1e-9",
    "qwen2-gqa7-tied-long,FLOAT64,1e-9,1e-9",
    "qwen2-yarn,FLOAT64,1e-9,1e-9",
    "qwen2-sliding,FLOAT64,1e-9,1e-9",
    "qwen2-mha,FLOAT32,1e-5,1e-4",
    "qwen2-gqa2-tied,FLOAT32,1e-5,1e-4",
    "qwen2-gqa4,FLOAT32,1e-5,1e-4",
    "qwen2-gqa7-tied-long,FLOAT32,1e-5,1e-4",
    "qwen2-yarn,FLOAT32,1e-5,1e-4",
    "qwen2-sliding,FLOAT32,1e-5,1e-4"
  })
  void statesLogitsLossAndGradientsEqualTransformers(
      String name, TorchDtype dtype, double bound, double gradientBound) {
    for (boolean checkpointing : new boolean[] {false, true}) {
      try (NDManager manager = NDManager.newBaseManager();
          Reference reference = new Reference(manager, name)) {
        Qwen2Model model = model(manager, reference, dtype);
        model.train(parameter -> true);
        Packed packed = Packed.of(reference);
        TokenLayout layout = model.layout(manager, packed.lengths());
        NDArray slots = longs(manager, packed.slots());
        try (GradMode off = GradMode.disabled()) {
          NDList states =
              model.hiddenStates(
                  manager, model.embed(manager, longs(manager, packed.ids())), layout);
          for (int i = 0; i < states.size(); i++) {
            reference.assertClose(
                "hidden_states." + i, padded(reference, states.get(i), slots), bound);
          }
          NDArray logits = model.logits(manager, states.get(states.size() - 1));
          reference.assertClose("logits", padded(reference, logits, slots), bound);
        }
        try (GradMode on = GradMode.enabled()) {
          NDArray embedded = model.embed(manager, longs(manager, packed.ids()));
          DeferredBackward run =
              new DeferredBackward(manager, model.decoder(layout), embedded, true, checkpointing);
          NDArray hidden = model.finalNorm(manager, run.output());
          double sum =
              new LanguageHeadLoss(model, 5)
                  .backward(
                      manager,
                      hidden,
                      longs(manager, packed.positions()),
                      longs(manager, packed.labels()),
                      1.0 / packed.labels().length);
          run.backward();
          double loss = reference.json.get("loss").asDouble();
          assertThat(sum / packed.labels().length).isCloseTo(loss, within(bound * loss));
        }
        reference.assertGradients(model, "grad.", gradientBound);
      }
    }
  }

  private static NDArray padded(Reference reference, NDArray packed, NDArray slots) {
    long[] shape = reference.read("input_ids").getShape().getShape();
    NDArray grid =
        Tensors.zeros(
            packed.getManager(),
            TorchDtype.of(packed),
            shape[0] * shape[1],
            packed.getShape().get(1));
    grid.set(new ai.djl.ndarray.index.NDIndex("{}", slots), packed);
    return grid.reshape(shape[0], shape[1], packed.getShape().get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2-gqa4", "qwen2-gqa2-tied", "qwen2-sliding"})
  void packedEqualsOneByOne(String name) {
    try (NDManager manager = NDManager.newBaseManager();
        Reference reference = new Reference(manager, name);
        GradMode off = GradMode.disabled()) {
      Qwen2Model model = model(manager, reference, TorchDtype.FLOAT64);
      Packed packed = Packed.of(reference);
      NDArray together = last(manager, model, packed.ids(), packed.lengths());
      int at = 0;
      for (long length : packed.lengths()) {
        long[] ids = Arrays.copyOfRange(packed.ids(), at, at + (int) length);
        double[] alone = Tensors.toDoubles(last(manager, model, ids, new long[] {length}));
        double[] part = Tensors.toDoubles(together.get("{}:{}", at, at + length));
        assertThat(Reference.error(part, alone)).isLessThan(1e-12);
        at += (int) length;
      }
    }
  }

  private static NDArray last(NDManager manager, Qwen2Model model, long[] ids, long[] lengths) {
    NDArray embedded = model.embed(manager, longs(manager, ids));
    NDList states = model.hiddenStates(manager, embedded, model.layout(manager, lengths));
    return states.get(states.size() - 1);
  }

  @Test
  void asADjlBlockItTakesPaddedIdsAndAMask() {
    try (NDManager manager = NDManager.newBaseManager();
        Reference reference = new Reference(manager, "qwen2-gqa4");
        GradMode off = GradMode.disabled()) {
      Qwen2Model model = model(manager, reference, TorchDtype.FLOAT64);
      NDList out =
          model.forward(
              new ai.djl.training.ParameterStore(manager, false),
              new NDList(reference.read("input_ids"), reference.read("attention_mask")),
              false);
      reference.assertClose("logits", out.singletonOrThrow(), 1e-9);
      assertThat(out.singletonOrThrow().getDataType()).isEqualTo(DataType.FLOAT64);
    }
  }
}
