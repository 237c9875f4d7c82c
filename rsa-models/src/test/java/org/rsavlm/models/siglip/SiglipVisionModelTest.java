package org.rsavlm.models.siglip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.Reference;
import org.rsavlm.models.nn.DeferredBackward;
import org.rsavlm.models.nn.NamedBlock;

class SiglipVisionModelTest {

  @ParameterizedTest
  @CsvSource({
    "siglip-head,FLOAT64,1e-9,1e-9",
    "siglip-no-head,FLOAT64,1e-9,1e-9",
    "siglip-head,FLOAT32,1e-5,1e-4",
    "siglip-no-head,FLOAT32,1e-5,1e-4"
  })
  void statesAndGradientsEqualTransformers(
      String name, TorchDtype dtype, double bound, double gradientBound) {
    try (NDManager manager = NDManager.newBaseManager();
        Reference reference = new Reference(manager, name);
        GradMode on = GradMode.enabled()) {
      SiglipVisionModel model = new SiglipVisionModel(SiglipVisionConfig.from(reference.config()));
      model.allocate(manager, dtype);
      reference.loadInto(model);
      NDArray pixels = reference.read("pixel_values", dtype);
      for (String scalar : new String[] {"feature", "full"}) {
        model.train(parameter -> true);
        NDList states = model.hiddenStates(manager, pixels);
        NDArray last = model.postNorm(manager, states.get(states.size() - 1));
        for (int i = 0; i < states.size(); i++) {
          reference.assertClose("hidden_states." + i, states.get(i), bound);
        }
        reference.assertClose("last_hidden_state", last, bound);
        NDArray loss;
        if (scalar.equals("feature")) {
          String feature = reference.json.get("feature").asText();
          int layer = Integer.parseInt(feature.substring(feature.lastIndexOf('.') + 1));
          loss = projected(reference, dtype, states.get(layer), feature);
        } else {
          loss = projected(reference, dtype, last, "last_hidden_state");
          for (int i = 0; i < states.size(); i++) {
            loss = loss.add(projected(reference, dtype, states.get(i), "hidden_states." + i));
          }
          if (model.config().useHead()) {
            NDArray pooled = model.pool(manager, last);
            reference.assertClose("pooler_output", pooled, bound);
            loss = loss.add(projected(reference, dtype, pooled, "pooler_output"));
          }
        }
        Autograd.backward(loss);
        reference.assertGradients(model, "grad." + scalar + ".", gradientBound);
        clearGradients(model);
      }
    }
  }

  private static NDArray projected(
      Reference reference, TorchDtype dtype, NDArray output, String name) {
    return output.mul(reference.read("projection." + name, dtype)).sum();
  }

  static void clearGradients(NamedBlock block) {
    for (NDArray array : block.weights().values()) {
      try (NDArray gradient = Autograd.gradient(array)) {
        if (gradient != null) {
          Tensors.fill(gradient, 0);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void checkpointedRunsGiveTheSameGradients(boolean checkpointing) {
    try (NDManager manager = NDManager.newBaseManager();
        Reference reference = new Reference(manager, "siglip-no-head")) {
      SiglipVisionModel model = new SiglipVisionModel(SiglipVisionConfig.from(reference.config()));
      model.allocate(manager, TorchDtype.FLOAT64);
      reference.loadInto(model);
      model.train(parameter -> true);
      NDArray pixels = reference.read("pixel_values");
      String feature = reference.json.get("feature").asText();
      NDArray embedded;
      try (GradMode on = GradMode.enabled()) {
        embedded = model.embed(manager, pixels);
      }
      DeferredBackward run =
          new DeferredBackward(manager, model.encoder(), embedded, true, checkpointing);
      try (GradMode on = GradMode.enabled()) {
        Autograd.backward(projected(reference, TorchDtype.FLOAT64, run.output(), feature));
      }
      run.backward();
      reference.assertGradients(model, "grad.feature.", 1e-9);
    }
  }
}
