package org.rsavlm.train.measure;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.image.AnyRes;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.TokenizerBuilder;
import org.rsavlm.train.data.EvaluationSet;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.data.RejectedSampleException;
import org.rsavlm.train.data.Sample;
import org.rsavlm.train.data.SamplePreparer;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.SceneDataset;

/** Drawn scenes on disk, a tokenizer trained on their captions, and tiny random models. */
final class TinyWorld implements AutoCloseable {

  static final int HELD_OUT = 40;
  static final int MAX_LENGTH = 512;
  static final int TOKENS_PER_IMAGE = 16;

  final DemoFiles files;
  final Tokenizer tokenizer;
  final ImageProcessor processor = ImageProcessor.siglip(64);
  final ImageTiler tiler = ImageTiler.flat(processor, 4);

  TinyWorld(Path dir) {
    files =
        SceneDataset.write(
            dir.resolve("scenes"), new SceneDataset.Parameters(8, HELD_OUT, 0, 64, 3));
    TokenizerBuilder builder = new TokenizerBuilder().vocabularySize(400);
    samples(source(files.heldOutCaptions())).forEach(s -> builder.add(caption(s)));
    builder.write(dir.resolve("tokenizer"));
    tokenizer = Tokenizer.load(dir.resolve("tokenizer"));
  }

  private static String caption(Sample sample) {
    return sample.conversations().get(1).text();
  }

  SampleSource source(Path file) {
    return SampleSource.of(file, files.images());
  }

  static List<Sample> samples(SampleSource source) {
    List<Sample> samples = new ArrayList<>();
    try (Mixture mixture = Mixture.open(List.of(source), 0)) {
      for (int i = 0; i < mixture.size(); i++) {
        samples.add(mixture.sample(i));
      }
    } catch (RejectedSampleException e) {
      throw new AssertionError(e);
    }
    return samples;
  }

  EvaluationSet pairs(PromptTemplate template) {
    return pairs(files.heldOutCaptions(), template);
  }

  EvaluationSet pairs(Path file, PromptTemplate template) {
    return pairs(file, template, tiler);
  }

  /** The held-out pairs with their pictures cut into 2 x 2 tiles. */
  EvaluationSet tiledPairs(PromptTemplate template) {
    List<Resolution> canvases = List.of(new Resolution(128, 128));
    AnyRes anyRes = new AnyRes(64, 4, canvases, 0, AnyRes.Rounding.HUGGING_FACE);
    return pairs(files.heldOutCaptions(), template, ImageTiler.anyRes(processor, anyRes));
  }

  private EvaluationSet pairs(Path file, PromptTemplate template, ImageTiler tiler) {
    return new EvaluationSet(
        source(file), new SamplePreparer(tokenizer, template, tiler, MAX_LENGTH), HELD_OUT, 2, 0);
  }

  static List<PreparedSample> prepared(EvaluationSet set) {
    List<PreparedSample> all = new ArrayList<>();
    set.forEachBatch(16, all::addAll);
    return all;
  }

  /** A random model whose weights are large enough for its layers to differ. */
  VisionLanguageModel model(NDManager manager, TorchDtype dtype, boolean tied) {
    SiglipVisionConfig vision = new SiglipVisionConfig(32, 64, 2, 2, 64, 16, 1e-6, false);
    Qwen2Config language =
        new Qwen2Config(
            tokenizer.vocabularySize(), 48, 96, 3, 4, 2, 12, 1e-6, 1e4, tied, MAX_LENGTH, 0.2);
    VisionLanguageModel model =
        new VisionLanguageModel(
            new VlmConfig(vision, language, (int) tokenizer.idOf(Tokenizer.END_OF_TEXT)));
    model.allocate(manager, dtype);
    model.randomize(11);
    return model;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
