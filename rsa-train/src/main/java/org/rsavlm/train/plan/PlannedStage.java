package org.rsavlm.train.plan;

import java.util.List;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.image.AnyRes;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.SourceRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.config.Trainable;

/**
 * What a plan takes from a stage's recipe.
 *
 * @param name of the stage
 * @param dtype of weights and activations
 * @param batch samples a step over all ranks
 * @param microBatch samples of one forward pass
 * @param checkpointing whether layers are computed again on the way back
 * @param lossChunk rows of logits at once
 * @param trainable the parts that learn
 * @param captions how the RSA loss reads its text
 * @param keptCaptionBytes what checkpointing may keep of the captions' pass
 * @param average an average sample, which time goes by
 * @param largest the largest, which memory goes by
 */
record PlannedStage(
    String name,
    TorchDtype dtype,
    int batch,
    int microBatch,
    boolean checkpointing,
    int lossChunk,
    Trainable trainable,
    Captions captions,
    long keptCaptionBytes,
    SampleShape average,
    SampleShape largest) {

  /** Tokens of Qwen's system line and turn marks around a short question. */
  private static final int PROMPT = 30;

  /** How the RSA loss reads its text. */
  enum Captions {
    /** There is no RSA loss. */
    NONE,
    /** Alone through the language model. */
    ALONE,
    /** Alone, and nothing goes back. */
    ALONE_STOPPED,
    /** In the sequence behind the image. */
    IN_CONTEXT
  }

  static PlannedStage of(
      Recipe recipe, StageRecipe stage, SiglipVisionConfig tower, PlanAssumptions assumed) {
    boolean chat = stage.prompt() == StageRecipe.Prompt.QWEN_1_5;
    SampleShape text = new SampleShape(0, 0, chat ? PROMPT : 0, assumed.textTokens());
    SampleShape average = text;
    SampleShape largest = text;
    if (stage.data().stream().anyMatch(PlannedStage::mayHoldImages)) {
      average = text.withImage(AnyResLayout.flat(tower.gridSize()));
      largest = average;
    }
    if (largest.tiles() > 0 && stage.images().anyRes()) {
      int tile = tower.imageSize();
      List<Resolution> canvases =
          stage.images().grids().stream()
              .map(grid -> new Resolution(grid.columns() * tile, grid.rows() * tile))
              .toList();
      AnyRes anyRes =
          new AnyRes(
              tile,
              tower.gridSize(),
              canvases,
              stage.images().maxTiles(),
              AnyRes.Rounding.HUGGING_FACE);
      average = text.withImage(anyRes.layout(assumed.image().width(), assumed.image().height()));
      largest = text.withLargestImage(anyRes);
    }
    int micro =
        stage.batch().microBatchTokens() == 0
            ? stage.batch().microBatchSize()
            : (int) Math.max(1, stage.batch().microBatchTokens() / largest.length());
    return new PlannedStage(
        stage.name(),
        TorchDtype.valueOf(recipe.dtype().name()),
        stage.batch().batchSize(),
        Math.min(micro, stage.batch().batchSize()),
        stage.memory().activationCheckpointing(),
        stage.memory().lossChunk(),
        stage.trainable(),
        captions(stage.rsa()),
        ((long) stage.rsa().keepCaptionsMb()) << 20,
        average,
        largest);
  }

  /** A source that names no place of images, and isn't a file that may hold them, is text. */
  private static boolean mayHoldImages(SourceRecipe source) {
    return source.rsa()
        || source.imagesDir() != null
        || !source.jsonPath().toString().matches(".*\\.jsonl?");
  }

  private static Captions captions(RsaRecipe rsa) {
    if (!rsa.enabled()) {
      return Captions.NONE;
    }
    if (rsa.text() == RsaRecipe.TextSide.IN_CONTEXT) {
      return Captions.IN_CONTEXT;
    }
    return rsa.stopGradientText() ? Captions.ALONE_STOPPED : Captions.ALONE;
  }

  /** Steps of the stage over so many samples. */
  static long steps(StageRecipe stage, long samples) {
    int batch = stage.batch().batchSize();
    long perEpoch = stage.batch().dropLast() ? samples / batch : (samples + batch - 1) / batch;
    return stage.course().maxSteps() > 0
        ? stage.course().maxSteps()
        : perEpoch * stage.course().epochs();
  }

  boolean rsa() {
    return captions != Captions.NONE;
  }

  /** Whether captions have a pass of their own. */
  boolean captionPass() {
    return captions == Captions.ALONE || captions == Captions.ALONE_STOPPED;
  }

  /** Whether that pass goes back: through trained weights of the language model. */
  boolean captionsBack() {
    return captions == Captions.ALONE && (trainable.language() || trainable.tokenEmbeddings());
  }

  /** Whether a gradient reaches the tokens of images. */
  boolean imagesBack() {
    return largest.tiles() > 0
        && (trainable.vision() || trainable.projector() || trainable.imageNewline());
  }

  /** Whether a gradient leaves the language model's first layer. */
  boolean languageInputsBack() {
    return imagesBack() || trainable.tokenEmbeddings();
  }

  PlannedStage withBatch(int samples) {
    return with(dtype, samples, microBatch, checkpointing, lossChunk, keptCaptionBytes, largest);
  }

  PlannedStage withMicroBatch(int samples) {
    return with(dtype, batch, samples, checkpointing, lossChunk, keptCaptionBytes, largest);
  }

  PlannedStage withCheckpointing() {
    return with(dtype, batch, microBatch, true, lossChunk, keptCaptionBytes, largest);
  }

  PlannedStage withLossChunk(int rows) {
    return with(dtype, batch, microBatch, checkpointing, rows, keptCaptionBytes, largest);
  }

  PlannedStage withoutKeptCaptions() {
    return with(dtype, batch, microBatch, checkpointing, lossChunk, 0, largest);
  }

  PlannedStage withBfloat16() {
    return with(
        TorchDtype.BFLOAT16,
        batch,
        microBatch,
        checkpointing,
        lossChunk,
        keptCaptionBytes,
        largest);
  }

  PlannedStage withLargest(SampleShape sample) {
    return with(dtype, batch, microBatch, checkpointing, lossChunk, keptCaptionBytes, sample);
  }

  private PlannedStage with(
      TorchDtype type,
      int samples,
      int micro,
      boolean again,
      int chunk,
      long kept,
      SampleShape most) {
    return new PlannedStage(
        name, type, samples, micro, again, chunk, trainable, captions, kept, average, most);
  }
}
