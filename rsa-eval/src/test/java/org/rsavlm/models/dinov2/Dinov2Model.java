package org.rsavlm.models.dinov2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.StoredWeights;
import org.rsavlm.models.hub.WeightLoader;
import org.rsavlm.models.nn.ImageEncoder;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.models.nn.LayerVisitor;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.SharedScripts;
import org.rsavlm.models.nn.WeightInit;

/** A DINOv2 tower, as someone would add it: nothing outside this folder knows of it. */
final class Dinov2Model extends NamedBlock implements ImageEncoder {

  private static final String[] LAYER_WEIGHTS = {
    "norm1.weight",
    "norm1.bias",
    "attention.attention.query.weight",
    "attention.attention.query.bias",
    "attention.attention.key.weight",
    "attention.attention.key.bias",
    "attention.attention.value.weight",
    "attention.attention.value.bias",
    "attention.output.dense.weight",
    "attention.output.dense.bias",
    "layer_scale1.lambda1",
    "norm2.weight",
    "norm2.bias",
    "mlp.fc1.weight",
    "mlp.fc1.bias",
    "mlp.fc2.weight",
    "mlp.fc2.bias",
    "layer_scale2.lambda1"
  };

  private final Dinov2Config config;
  private final TorchScript script =
      TorchScript.load(Dinov2Model.class, "dinov2.py", SharedScripts.ATTENTION);

  Dinov2Model(Dinov2Config config) {
    this.config = config;
    long d = config.hiddenSize();
    long patch = config.patchSize();
    WeightInit normal = WeightInit.normal(0.02);
    declare("embeddings.cls_token", normal, 1, 1, d);
    declare("embeddings.position_embeddings", normal, 1, config.tokens(), d);
    declare("embeddings.patch_embeddings.projection.weight", normal, d, 3, patch, patch);
    declare("embeddings.patch_embeddings.projection.bias", WeightInit.ZEROS, d);
    for (int i = 0; i < config.layers(); i++) {
      for (String name : LAYER_WEIGHTS) {
        declare("encoder.layer." + i + "." + name, normal, shape(name));
      }
    }
    declare("layernorm.weight", WeightInit.ONES, d);
    declare("layernorm.bias", WeightInit.ZEROS, d);
  }

  private long[] shape(String name) {
    long d = config.hiddenSize();
    long wide = config.intermediateSize();
    if (name.startsWith("mlp.fc1")) {
      return name.endsWith("bias") ? new long[] {wide} : new long[] {wide, d};
    } else if (name.startsWith("mlp.fc2")) {
      return name.endsWith("bias") ? new long[] {d} : new long[] {d, wide};
    }
    boolean matrix = name.startsWith("attention") && name.endsWith("weight");
    return matrix ? new long[] {d, d} : new long[] {d};
  }

  /** Loads a directory in Hugging Face layout. */
  static Dinov2Model load(NDManager manager, Path directory, TorchDtype dtype) {
    HfDirectory files = new HfDirectory(directory);
    Dinov2Model model = new Dinov2Model(Dinov2Config.from(files.config()));
    model.allocate(manager, dtype);
    try (SafetensorsReader reader = files.weights()) {
      new WeightLoader(new StoredWeights(reader, Dinov2Names::of))
          .ignore(Dinov2Names::isIdle)
          .add(model.weights(), name -> name)
          .load();
    }
    return model;
  }

  @Override
  public int imageLayers() {
    return config.layers();
  }

  @Override
  public NDArray encodeImages(NDManager manager, List<float[]> images, LayerVisitor visitor) {
    int side = config.imageSize();
    NDArray pixels = Tensors.cast(Tensors.stack(manager, images, 3, side, side), dtype());
    return encoder().run(manager, embed(manager, pixels), visitor);
  }

  private NDArray embed(NDManager manager, NDArray pixels) {
    return script
        .call(
            manager,
            "embed",
            pixels,
            weight("embeddings.patch_embeddings.projection.weight"),
            weight("embeddings.patch_embeddings.projection.bias"),
            weight("embeddings.cls_token"),
            weight("embeddings.position_embeddings"))
        .singletonOrThrow();
  }

  private LayerStack encoder() {
    return new LayerStack() {
      @Override
      public int size() {
        return config.layers();
      }

      @Override
      public NDArray apply(NDManager manager, int index, NDArray x) {
        List<NDArray> weights = new ArrayList<>();
        for (String name : LAYER_WEIGHTS) {
          weights.add(weight("encoder.layer." + index + "." + name));
        }
        return script
            .call(manager, "layer", x, weights, config.heads(), config.layerNormEps())
            .singletonOrThrow();
      }
    };
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray pixels = inputs.get(0);
    NDManager manager = pixels.getManager();
    return new NDList(encoder().run(manager, embed(manager, pixels), LayerVisitor.NONE));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), config.tokens(), config.hiddenSize())};
  }
}
