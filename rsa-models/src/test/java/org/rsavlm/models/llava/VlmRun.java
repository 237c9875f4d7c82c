package org.rsavlm.models.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.Reference;
import org.rsavlm.models.hub.SafetensorsWriter;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.nn.DeferredBackward;
import org.rsavlm.models.nn.LanguageHeadLoss;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.models.nn.RotaryDecoder;

/** What a fixture's batch gives: outputs padded as transformers has them, loss and gradients. */
final class VlmRun implements AutoCloseable {

  private final NDManager manager = NDManager.newBaseManager();
  final Reference reference;
  final VisionLanguageModel model;
  final Map<String, double[]> found = new LinkedHashMap<>();
  private final ReferenceImages inputs;
  final SequenceBatch batch;
  private final List<AnyResLayout> layouts;
  double loss;

  VlmRun(String name, TorchDtype dtype) {
    this(Reference.directory(name), dtype);
  }

  VlmRun(Path directory, TorchDtype dtype) {
    reference = new Reference(manager, directory);
    model = VlmDirectory.load(manager, reference.directory, dtype);
    inputs = ReferenceImages.of(reference.reader(), reference.json, model.config());
    layouts = inputs.images().stream().map(ImageTiles::layout).toList();
    batch = SequenceBatch.ofImages(inputs.samples(), layouts);
  }

  void outputs() {
    try (GradMode off = GradMode.disabled()) {
      NDArray x = model.language().embed(manager, longs(batch.ids()));
      if (!layouts.isEmpty()) {
        NDList states = model.vision().hiddenStates(manager, pixels());
        NDArray feature = states.get(model.config().vision().layers());
        NDArray projected = model.projector().project(manager, feature);
        NDArray newline = model.projector().imageNewline();
        NDList images = ImageFeatures.packEach(manager, List.of(projected), newline, layouts);
        for (int i = 0; i < images.size(); i++) {
          found.put("image_features." + i, Tensors.toDoubles(images.get(i)));
        }
        NDArray packed = ImageFeatures.pack(manager, projected, newline, layouts);
        x = model.join(manager, x, packed, longs(batch.imagePositions()));
      }
      NDList states =
          model
              .language()
              .hiddenStates(manager, x, model.language().layout(manager, batch.lengths()));
      for (int i = 0; i < states.size(); i++) {
        found.put("hidden_states." + i, padded(states.get(i)));
      }
      found.put("logits", padded(model.language().logits(manager, states.get(states.size() - 1))));
    }
  }

  void gradients(boolean checkpointing) {
    model.parts().forEach(part -> part.train(parameter -> true));
    RotaryDecoder language = model.language();
    try (GradMode on = GradMode.enabled()) {
      NDArray x = language.embed(manager, longs(batch.ids()));
      DeferredBackward tower = null;
      if (!layouts.isEmpty()) {
        NDArray embedded = model.vision().embed(manager, pixels());
        tower =
            new DeferredBackward(manager, model.vision().encoder(), embedded, true, checkpointing);
        NDArray tokens = model.imageTokens(manager, tower.output(), layouts);
        x = model.join(manager, x, tokens, longs(batch.imagePositions()));
      }
      LayerStack decoder = language.decoder(language.layout(manager, batch.lengths()));
      DeferredBackward run = new DeferredBackward(manager, decoder, x, true, checkpointing);
      NDArray hidden = language.finalNorm(manager, run.output());
      double scale = 1.0 / batch.supervised();
      loss =
          scale
              * new LanguageHeadLoss(language, 1024)
                  .backward(
                      manager, hidden, longs(batch.positions()), longs(batch.labels()), scale);
      run.backward();
      if (tower != null) {
        tower.backward();
      }
    }
    model
        .weights()
        .forEach(
            (name, array) -> {
              try (NDArray gradient = Autograd.gradient(array)) {
                found.put(
                    "grad." + name,
                    gradient == null
                        ? new double[Math.toIntExact(array.getShape().size())]
                        : Tensors.toDoubles(gradient));
              }
            });
  }

  /** Against the reference; a gradient that it lacks must be zero. */
  double error(String name) {
    double[] own = found.get(name);
    return Reference.error(
        own, reference.has(name) ? reference.values(name) : new double[own.length]);
  }

  /**
   * Writes for each fixture directory what this library computes in bfloat16, all under the names
   * of its reference, to {@code ours.safetensors} beside it. {@code scripts/parity/bfloat16.py}
   * calls it.
   */
  public static void main(String[] directories) {
    for (String directory : directories) {
      try (VlmRun run = new VlmRun(Path.of(directory), TorchDtype.BFLOAT16)) {
        run.outputs();
        run.gradients(false);
        SafetensorsWriter writer = new SafetensorsWriter();
        run.found.forEach(
            (name, values) -> writer.add(name, Tensors.of(run.manager, values, values.length)));
        writer.writeFile(Path.of(directory, "ours.safetensors"));
      }
    }
  }

  private NDArray pixels() {
    long side = model.config().vision().imageSize();
    List<float[]> tiles = new ArrayList<>();
    inputs.images().forEach(image -> tiles.addAll(image.pixels()));
    return Tensors.cast(Tensors.stack(manager, tiles, 3, side, side), model.vision().dtype());
  }

  private NDArray longs(long[] values) {
    return Tensors.of(manager, values, values.length);
  }

  private double[] padded(NDArray packed) {
    double[] values = Tensors.toDoubles(packed);
    int width = Math.toIntExact(packed.getShape().get(1));
    int longest = 0;
    for (long length : batch.lengths()) {
      longest = Math.max(longest, (int) length);
    }
    double[] all = new double[batch.lengths().length * longest * width];
    int from = 0;
    for (int row = 0; row < batch.lengths().length; row++) {
      int count = (int) batch.lengths()[row] * width;
      System.arraycopy(values, from, all, row * longest * width, count);
      from += count;
    }
    return all;
  }

  @Override
  public void close() {
    reference.close();
    manager.close();
  }
}
