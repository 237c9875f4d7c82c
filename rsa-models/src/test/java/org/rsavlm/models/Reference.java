package org.rsavlm.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.StoredWeights;
import org.rsavlm.models.hub.WeightLoader;
import org.rsavlm.models.nn.NamedBlock;

/**
 * A small random-weight model with what Hugging Face transformers computed with it, made by {@code
 * src/test/python/make_model_fixtures.py}. Errors are norms of differences over norms.
 */
public final class Reference implements AutoCloseable {

  public final Path directory;
  public final JsonNode json;
  private final SafetensorsReader tensors;
  private final NDManager manager;
  private final Set<String> zeroInTheory = new HashSet<>();

  public Reference(NDManager manager, String name) {
    this(manager, directory(name));
  }

  public Reference(NDManager manager, Path directory) {
    this.directory = directory;
    try {
      json = new ObjectMapper().readTree(directory.resolve("reference.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tensors = SafetensorsReader.open(directory.resolve("reference.safetensors"));
    this.manager = manager;
    json.path("zero_in_theory").forEach(node -> zeroInTheory.add(node.asText()));
  }

  public static Path directory(String name) {
    try {
      return Path.of(Reference.class.getResource("/reference/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public JsonConfig config() {
    return JsonConfig.read(directory.resolve("config.json"));
  }

  /** Fills an allocated block from the directory's weights, by their own names. */
  public void loadInto(NamedBlock block) {
    try (SafetensorsReader weights = SafetensorsReader.open(directory)) {
      new WeightLoader(new StoredWeights(weights, name -> name))
          .add(block.weights(), name -> name)
          .load();
    }
  }

  public SafetensorsReader reader() {
    return tensors;
  }

  public boolean zeroInTheory(String name) {
    return zeroInTheory.contains(name);
  }

  public boolean has(String name) {
    return tensors.tensors().containsKey(name);
  }

  public NDArray read(String name, TorchDtype dtype) {
    return tensors.read(manager, name, dtype);
  }

  public NDArray read(String name) {
    return tensors.read(manager, name);
  }

  public double[] values(String name) {
    try (NDArray array = tensors.read(manager, name)) {
      return Tensors.toDoubles(array);
    }
  }

  public void assertClose(String name, NDArray actual, double bound) {
    double[] expected = values(name);
    double[] found = Tensors.toDoubles(actual);
    assertThat(found).as(name).hasSameSizeAs(expected);
    assertThat(error(found, expected)).as("relative error of " + name).isLessThan(bound);
  }

  /** Compares the gradient of every parameter of a block with {@code prefix + its name}. */
  public void assertGradients(NamedBlock block, String prefix, double bound) {
    block
        .weights()
        .forEach(
            (name, array) -> {
              double[] expected = values(prefix + name);
              double[] actual = new double[expected.length];
              try (NDArray gradient = Autograd.gradient(array)) {
                if (gradient != null) {
                  actual = Tensors.toDoubles(gradient);
                }
              }
              if (zeroInTheory.contains(prefix + name)) {
                for (double g : actual) {
                  assertThat(Math.abs(g)).as(prefix + name).isLessThan(bound);
                }
              } else {
                assertThat(error(actual, expected))
                    .as("relative error of " + prefix + name)
                    .isLessThan(bound);
              }
            });
  }

  public static double error(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
