package org.rsavlm.models.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.hub.SafetensorsWriter;
import org.rsavlm.models.hub.StoredWeights;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.RotaryDecoder;

/** Collects the tensors of a model from several sources and writes them as one directory. */
final class VlmAssembly {

  /** Rows of an embedding come in such numbers, as llava-hf pads them. */
  private static final int ROWS = 64;

  private static final TorchScript SCRIPT = TorchScript.load(VlmAssembly.class, "vocabulary.py");

  private record Source(TorchDtype dtype, SafetensorsWriter.TensorSource open) {}

  private final VlmConfig written;
  private final Map<String, Shape> needed = new LinkedHashMap<>();
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private final int stored;

  /**
   * Plans a model.
   *
   * @param config as the sources are
   * @param written the same with the token ids and the number of words that are written
   */
  VlmAssembly(VlmConfig config, VlmConfig written) {
    this.written = written;
    stored = config.language().vocabSize();
    VisionLanguageModel model = new VisionLanguageModel(config);
    for (NamedBlock part : model.parts()) {
      part.shapes().forEach((name, shape) -> needed.put(model.hubName(part, name), shape));
    }
  }

  /** Returns the number of rows that holds so many words. */
  static int padded(int words) {
    return (words + ROWS - 1) / ROWS * ROWS;
  }

  /**
   * Takes tensors from a checkpoint, which must hold all of its part and nothing else.
   *
   * @param part tells by name which of the model's tensors are the checkpoint's
   * @param idle tells by name which other tensors may be there
   * @throws org.rsavlm.core.UserException that lists all misfits
   */
  void add(StoredWeights weights, Predicate<String> part, Predicate<String> idle) {
    Map<String, Shape> own = new LinkedHashMap<>(needed);
    own.keySet().removeIf(part.negate());
    dropped.addAll(weights.check(own, idle));
    for (String name : own.keySet()) {
      String original = weights.stored(name);
      TorchDtype dtype = weights.reader().info(original).dtype();
      sources.put(
          name, new Source(dtype, manager -> weights.reader().read(manager, original, dtype)));
    }
  }

  /** Takes tensors from memory, under the names that the directory gives them. */
  void add(Map<String, NDArray> arrays) {
    arrays.forEach(
        (name, array) -> sources.put(name, new Source(TorchDtype.of(array), manager -> array)));
  }

  /** Writes the directory; it appears when it is complete. */
  ImportReport write(Path out, VlmFiles beside, @Nullable TorchDtype wanted) {
    TorchDtype named = wanted == null ? widest() : wanted;
    long[] parameters = {0};
    SafetensorsWriter writer = new SafetensorsWriter();
    needed.forEach(
        (name, shape) -> {
          Source source = Objects.requireNonNull(sources.get(name), name);
          Shape full = hasRowPerWord(name) ? new Shape(rows(), shape.get(1)) : shape;
          parameters[0] += full.size();
          TorchDtype dtype = wanted == null ? source.dtype() : wanted;
          writer.add(name, dtype, full, manager -> grown(source, manager, full));
        });
    AtomicFiles.writeDirectory(
        out,
        directory -> {
          beside.write(directory, written, named);
          writer.writeDirectory(directory);
        });
    return new ImportReport(
        out, written, named, needed.size(), parameters[0], List.copyOf(dropped), rows() - stored);
  }

  private int rows() {
    return written.language().vocabSize();
  }

  private static boolean hasRowPerWord(String name) {
    return name.equals(LlavaNames.LANGUAGE + RotaryDecoder.EMBEDDING)
        || name.equals(LlavaNames.LANGUAGE + RotaryDecoder.HEAD);
  }

  private static NDArray grown(Source source, NDManager manager, Shape full) {
    NDArray array = source.open().open(manager);
    if (array.getShape().equals(full)) {
      return array;
    }
    return SCRIPT.call(manager, "grow", array, full.get(0)).singletonOrThrow();
  }

  /** The type that holds every tensor's values, which transformers casts all of them to. */
  private TorchDtype widest() {
    Set<TorchDtype> types = new LinkedHashSet<>();
    sources.values().forEach(source -> types.add(source.dtype()));
    if (types.contains(TorchDtype.FLOAT64)) {
      return TorchDtype.FLOAT64;
    }
    return types.size() == 1 ? types.iterator().next() : TorchDtype.FLOAT32;
  }
}
