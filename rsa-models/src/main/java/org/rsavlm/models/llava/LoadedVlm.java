package org.rsavlm.models.llava;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.text.Tokenizer;

/**
 * A model directory in use: the model with the tokenizer and the image processing that belong to
 * it, checked against each other.
 *
 * <p>The small files are read at once, the weights when the model is first asked for, so that what
 * is wrong with a prompt shows before the long part. Owns the tokenizer and the parameters until it
 * is closed. For one thread.
 */
public final class LoadedVlm implements AutoCloseable {

  private final Path directory;
  private final Tokenizer tokenizer;
  private final ImageTiler tiler;
  private final NDManager parameters;
  private final TorchDtype dtype;
  private @Nullable VisionLanguageModel model;

  private LoadedVlm(
      HfDirectory files, Tokenizer tokenizer, NDManager parameters, TorchDtype dtype) {
    directory = files.path();
    this.tokenizer = tokenizer;
    this.parameters = parameters;
    this.dtype = dtype;
    tiler = VlmDirectory.tiler(files);
    VocabularyCheck.requireRows(
        directory.toString(), tokenizer, VlmDirectory.config(files).language().vocabSize());
  }

  /**
   * Opens a directory in Hugging Face's {@code llava_onevision} layout.
   *
   * @param manager on the device that will hold the parameters, in a manager below it
   * @param directory the model's
   * @param dtype the parameters' type
   * @throws UserException if a file is missing or damaged, the architecture is not supported, or
   *     config, tokenizer and image processor do not fit each other
   */
  public static LoadedVlm open(NDManager manager, Path directory, TorchDtype dtype) {
    HfDirectory files = new HfDirectory(directory);
    Tokenizer tokenizer = Tokenizer.load(directory);
    NDManager parameters = manager.newSubManager();
    try {
      return new LoadedVlm(files, tokenizer, parameters, dtype);
    } catch (RuntimeException e) {
      parameters.close();
      tokenizer.close();
      throw e;
    }
  }

  /** Returns the model's directory. */
  public Path directory() {
    return directory;
  }

  /**
   * Returns the model; the first call reads its weights.
   *
   * @throws UserException if they are missing or damaged, or don't fit the config
   */
  public VisionLanguageModel model() {
    VisionLanguageModel loaded = model;
    if (loaded == null) {
      loaded = VlmDirectory.load(parameters, directory, dtype);
      model = loaded;
    }
    return loaded;
  }

  /** Returns the model's tokenizer, each of whose tokens has a row in the embedding. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns how images become the base images and tiles that the model reads. */
  public ImageTiler tiler() {
    return tiler;
  }

  /** Frees the parameters and the tokenizer. */
  @Override
  public void close() {
    parameters.close();
    tokenizer.close();
  }
}
