package org.rsavlm.models.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.llava.SequenceBatch;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.DecoderConfig;
import org.rsavlm.models.nn.KeyValueCache;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.nn.TokenLayout;
import org.rsavlm.models.text.Tokenized;

/**
 * Continues prompts with a vision-language model.
 *
 * <p>Prompts of a batch may differ in length and in their number of images. They run in one pass
 * without padding (except in attention), then each step makes one token a row; a row that ended is
 * taken out of the batch. A row's tokens do not depend on the rows beside it, except that each row
 * draws from its own random stream.
 *
 * <pre>{@code
 * Generator generator = Generator.of(model);
 * GenerationOptions options = GenerationOptions.greedy(64).withStopIds(Set.of(imEnd));
 * List<Generation> answers = generator.generate(manager, prompts, options);
 * }</pre>
 *
 * <p>Works in the model's own element type; scores are float32 at least. All arrays that a call
 * makes are closed when it returns. The model's weights are only read: several threads may generate
 * with one model.
 */
public final class Generator {

  private final VisionLanguageModel model;

  private Generator(VisionLanguageModel model) {
    this.model = model;
  }

  /** Returns a generator over a model whose parameters are loaded. */
  public static Generator of(VisionLanguageModel model) {
    return new Generator(model);
  }

  /**
   * Continues prompts; each image takes the tokens of its layout.
   *
   * @param manager scratch arrays live below it, on its device: the model's
   * @param prompts in one batch; none gives none
   * @param options how tokens are chosen
   * @return in the order of the prompts
   * @throws UserException if a prompt leaves no room in the model's longest sequence, or the
   *     model's scores are not finite
   * @throws IllegalArgumentException if a prompt is empty, holds an id that the model has no
   *     embedding for, or its placeholders and images differ in number
   */
  public List<Generation> generate(
      NDManager manager, List<Prompt> prompts, GenerationOptions options) {
    return generate(manager, prompts, options, null);
  }

  /**
   * Continues one prompt and hands out tokens while they are made.
   *
   * @param listener gets each token; may end the generation
   * @see #generate(NDManager, List, GenerationOptions)
   */
  public Generation stream(
      NDManager manager, Prompt prompt, GenerationOptions options, TokenListener listener) {
    return generate(manager, List.of(prompt), options, listener).get(0);
  }

  private List<Generation> generate(
      NDManager manager,
      List<Prompt> prompts,
      GenerationOptions options,
      @Nullable TokenListener listener) {
    List<ImageTiles> tiles = new ArrayList<>();
    List<long[]> ids = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = prompts.get(i);
      long places = Arrays.stream(prompt.ids()).filter(id -> id == Tokenized.IMAGE).count();
      if (places != prompt.images().size()) {
        throw new IllegalArgumentException(
            "prompt "
                + i
                + ": "
                + places
                + " placeholders for "
                + prompt.images().size()
                + " images");
      }
      tiles.addAll(prompt.images());
      ids.add(prompt.ids());
    }
    try (NDManager scratch = manager.newSubManager();
        GradMode off = GradMode.disabled()) {
      List<NDArray> images = ImageTokens.of(scratch, model, tiles);
      return run(scratch, ids, images, options, listener);
    }
  }

  /**
   * Continues prompts whose image tokens are given.
   *
   * @param ids each prompt's ids with {@link Tokenized#IMAGE} where an image stands
   * @param imageTokens for each image, in order over all prompts, its tokens as they join the text:
   *     [n, d] in the model's element type
   * @see #generate(NDManager, List, GenerationOptions)
   */
  public List<Generation> generateFromTokens(
      NDManager manager, List<long[]> ids, List<NDArray> imageTokens, GenerationOptions options) {
    try (NDManager scratch = manager.newSubManager();
        GradMode off = GradMode.disabled()) {
      return run(scratch, ids, imageTokens, options, null);
    }
  }

  private List<Generation> run(
      NDManager scratch,
      List<long[]> ids,
      List<NDArray> images,
      GenerationOptions options,
      @Nullable TokenListener listener) {
    if (ids.isEmpty()) {
      return List.of();
    }
    RotaryDecoder language = model.language();
    DecoderConfig config = language.config();
    SequenceBatch batch = lay(ids, images);
    List<GeneratedRow> rows = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      rows.add(new GeneratedRow(options, room(i, batch.lengths()[i]), listener));
    }
    try (KeyValueCache cache = new KeyValueCache(scratch, language, options.maxNewTokens() - 1);
        TokenSampler choice =
            new TokenSampler(scratch, options, withImageIds(ids), config.vocabSize())) {
      NDManager step = scratch.newSubManager();
      NDArray hidden = fill(step, cache, batch, images);
      List<GeneratedRow> open = rows;
      while (true) {
        TokenSampler.Chosen chosen = choice.choose(step, language.logits(step, hidden));
        int[] going = accept(open, chosen);
        if (going.length == 0) {
          step.close();
          return rows.stream().map(GeneratedRow::result).toList();
        }
        NDArray next = chosen.ids();
        if (going.length < open.size()) {
          cache.keepRows(going);
          choice.keepRows(going);
          open = Arrays.stream(going).mapToObj(open::get).toList();
          long[] last = open.stream().mapToLong(GeneratedRow::last).toArray();
          next = Tensors.of(step, last, last.length);
        }
        NDManager following = scratch.newSubManager();
        hidden = cache.append(following, next);
        step.close();
        step = following;
      }
    }
  }

  /** Hands the rows their tokens and returns which of them go on. */
  private static int[] accept(List<GeneratedRow> rows, TokenSampler.Chosen chosen) {
    long[] ids = chosen.ids().toLongArray();
    double[] logProbabilities = chosen.logProbabilities().toDoubleArray();
    List<Integer> going = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      if (rows.get(i).accept(ids[i], logProbabilities[i])) {
        going.add(i);
      }
    }
    return going.stream().mapToInt(Integer::intValue).toArray();
  }

  private NDArray fill(
      NDManager owner, KeyValueCache cache, SequenceBatch batch, List<NDArray> images) {
    RotaryDecoder language = model.language();
    try (NDManager prompt = owner.newSubManager()) {
      NDArray x = language.embed(prompt, Tensors.of(prompt, batch.ids(), batch.tokens()));
      if (!images.isEmpty()) {
        long[] at = batch.imagePositions();
        x = model.join(prompt, x, images, Tensors.of(prompt, at, at.length));
      }
      TokenLayout layout = language.layout(prompt, batch.lengths());
      return cache.fill(owner, x, layout);
    }
  }

  private SequenceBatch lay(List<long[]> ids, List<NDArray> images) {
    int vocabulary = model.language().config().vocabSize();
    List<Tokenized> samples = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i).length == 0) {
        throw new IllegalArgumentException("prompt " + i + " has no tokens");
      }
      for (long id : ids.get(i)) {
        if (id != Tokenized.IMAGE && (id < 0 || id >= vocabulary)) {
          throw new IllegalArgumentException(
              "prompt " + i + " holds the id " + id + "; the model has 0 to " + (vocabulary - 1));
        }
      }
      samples.add(new Tokenized(ids.get(i), ids.get(i)));
    }
    int[] counts =
        images.stream().mapToInt(image -> Math.toIntExact(image.getShape().get(0))).toArray();
    return SequenceBatch.of(samples, counts);
  }

  /** How many tokens fit behind a prompt. */
  private int room(int prompt, long length) {
    int longest = model.language().config().maxPositionEmbeddings();
    if (length >= longest) {
      throw new UserException(
          "prompt " + prompt,
          length + " tokens leave no room; the model takes " + longest,
          "shorten the prompt or give fewer images");
    }
    return Math.toIntExact(longest - length);
  }

  /** The prompts as the repetition penalty sees them: an image is the image token. */
  private List<long[]> withImageIds(List<long[]> prompts) {
    long image = model.config().imageTokenId();
    return prompts.stream()
        .map(ids -> Arrays.stream(ids).map(id -> id == Tokenized.IMAGE ? image : id).toArray())
        .toList();
  }
}
