package org.rsavlm.train.plan;

import java.util.EnumMap;
import java.util.Map;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.cost.DecoderCost;
import org.rsavlm.models.cost.Sequences;
import org.rsavlm.models.cost.TowerCost;
import org.rsavlm.models.cost.VlmCost;
import org.rsavlm.train.plan.MemoryPlan.Item;

/**
 * Adds up what a rank holds, in the order in which a step comes to hold it ({@link
 * org.rsavlm.train.step.MicroBatchRun}): what lasts, what the forward passes keep, and the moment
 * that takes most on top.
 */
final class MemoryPlanner {

  private static final int FLOAT32 = 4;

  private final TowerCost tower;
  private final DecoderCost decoder;
  private final VlmCost cost;
  private final PlanAssumptions assumed;

  MemoryPlanner(VlmCost cost, PlanAssumptions assumed) {
    this.cost = cost;
    this.assumed = assumed;
    tower = cost.tower();
    decoder = cost.decoder();
  }

  /** A rank's memory, every sample being as large as they get. */
  MemoryPlan plan(PlannedStage stage, int ranks) {
    Map<Item, Long> bytes = new EnumMap<>(Item.class);
    lasting(bytes, stage, ranks);
    int share = (stage.batch() + ranks - 1) / ranks;
    int micro = Math.min(stage.microBatch(), share);
    // With RSA phase 1 runs all micro-batches before the first goes back.
    int encoded = stage.rsa() ? share : micro;
    int read = stage.captions() == PlannedStage.Captions.IN_CONTEXT ? share : micro;
    long freed = language(bytes, stage, read, micro);
    vision(bytes, stage, encoded);
    captions(bytes, stage, share, micro);
    Moment top = new Moment("language head", head(stage, micro));
    top = top.or("language model's way back", layer(stage, micro, stage.largest().length()));
    if (stage.captionsBack()) {
      top = top.or("captions' way back", layer(stage, micro, stage.largest().textTokens()));
    }
    top = top.or("token embedding's gradient", embedding(stage) - freed);
    top = top.or("tower's way back", towerLayer(stage, micro) - freed);
    bytes.put(Item.WORK, top.bytes());
    return new MemoryPlan(bytes, top.name());
  }

  private record Moment(String name, long bytes) {
    Moment or(String other, long more) {
      return more > bytes ? new Moment(other, more) : this;
    }
  }

  /** Weights and gradients on every rank, the optimiser's float32 arrays shared out. */
  private void lasting(Map<Item, Long> bytes, PlannedStage stage, int ranks) {
    long trained = TrainedCount.of(cost, stage.trainable());
    int element = stage.dtype().bytes();
    boolean narrow = stage.dtype() == TorchDtype.BFLOAT16;
    long perScalar = FLOAT32 * (narrow ? 3L : 2L);
    bytes.put(Item.WEIGHTS, cost.parameters() * element);
    bytes.put(Item.GRADIENTS, trained * element);
    bytes.put(Item.OPTIMIZER, trained * perScalar / (assumed.sharded() ? ranks : 1));
    boolean buckets = narrow || ranks > 1;
    bytes.put(Item.BUCKETS, buckets ? 2 * (long) (assumed.bucketMegabytes() * 1e6) : 0);
    bytes.put(Item.OVERHEAD, (long) (assumed.overheadGigabytes() * 1e9));
  }

  /** What the tower keeps: inputs of layers or all of them, its output, the pooled images. */
  private void vision(Map<Item, Long> bytes, PlannedStage stage, int samples) {
    long tiles = samples * stage.largest().tiles();
    int element = stage.dtype().bytes();
    long layers = tower.config().layers();
    long kept = tower.layerInput(tiles);
    if (stage.trainable().vision()) {
      kept += layers * towerPerLayer(stage, tiles);
    }
    if (stage.rsa()) {
      kept += tower.layerInput(Math.min(samples, tiles));
    }
    bytes.put(Item.VISION, kept * element);
    int pixel = FLOAT32 + (element < FLOAT32 ? element : 0);
    bytes.put(Item.PIXELS, tower.pixels(tiles) * pixel);
  }

  private long towerPerLayer(PlannedStage stage, long tiles) {
    return stage.checkpointing() ? tower.layerInput(tiles) : tower.layerActivations(tiles);
  }

  /** What the captions' own pass keeps, over all micro-batches of the rank. */
  private void captions(Map<Item, Long> bytes, PlannedStage stage, int share, int micro) {
    long kept = 0;
    if (stage.captionPass()) {
      long length = stage.largest().textTokens();
      int element = stage.dtype().bytes();
      // Embedding and what the final norm keeps and gives.
      kept = (3 + (element < FLOAT32 ? 2 : 0)) * decoder.layerInput(share * length) * element;
      if (stage.captionsBack()) {
        long all = decoder.activationBytes(Sequences.equal(micro, length), stage.dtype());
        long passes = (share + micro - 1L) / micro;
        long whole =
            stage.checkpointing() ? Math.min(passes, stage.keptCaptionBytes() / all) : passes;
        long inputs = decoder.config().layers() * decoder.layerInput(micro * length) * element;
        kept += whole * all + (passes - whole) * inputs;
      }
    }
    bytes.put(Item.CAPTIONS, kept);
  }

  /**
   * What projector and language model keep.
   *
   * @return what the language model's way back gives free again before the tower's begins
   */
  private long language(Map<Item, Long> bytes, PlannedStage stage, int samples, int micro) {
    SampleShape sample = stage.largest();
    int element = stage.dtype().bytes();
    Sequences of = Sequences.equal(samples, sample.length());
    long token = decoder.layerInput(of.tokens());
    long patches = tower.tokens(samples * sample.tiles());
    boolean packed = sample.imageTokens() != tower.tokens(sample.tiles());
    long outside =
        cost.projector().activations(patches) * element
            + (packed ? decoder.layerInput(samples * sample.imageTokens()) * element : 0)
            // Embedded text, last layer's output, both arrays of the final norm, and its gradient.
            + 5 * token * element
            + (element < FLOAT32 ? token * FLOAT32 : 0);
    long perLayer =
        stage.checkpointing() ? token * element : decoder.layerActivationBytes(of, stage.dtype());
    long layers = decoder.config().layers() * perLayer;
    bytes.put(Item.LANGUAGE, outside + layers);
    return layers / samples * micro;
  }

  /** A chunk of logits: twice in float32; below also once in the own type. And two gradients. */
  private long head(PlannedStage stage, int micro) {
    int element = stage.dtype().bytes();
    long rows = Math.min(stage.lossChunk(), micro * stage.largest().textTokens());
    long logits = rows * decoder.config().vocabSize();
    long chunk = logits * (2L * FLOAT32 + (element < FLOAT32 ? element : 0));
    long byHidden = decoder.layerInput(micro * stage.largest().length()) * element;
    boolean trained = TrainedCount.head(cost, stage.trainable());
    return chunk + byHidden + (trained ? decoder.embeddingParameters() * element : 0);
  }

  /** One layer on its way back: what it computes again, and gradients. */
  private long layer(PlannedStage stage, int micro, long length) {
    Sequences of = Sequences.equal(micro, length);
    long again = stage.checkpointing() ? decoder.layerActivationBytes(of, stage.dtype()) : 0;
    return again + decoder.layerGradients(of.tokens()) * stage.dtype().bytes();
  }

  /** The embedding's gradient comes as a whole array before it is added. */
  private long embedding(PlannedStage stage) {
    return stage.trainable().tokenEmbeddings()
        ? decoder.embeddingParameters() * stage.dtype().bytes()
        : 0;
  }

  private long towerLayer(PlannedStage stage, int micro) {
    if (!stage.trainable().vision()) {
      return 0;
    }
    long tiles = micro * stage.largest().tiles();
    long again = stage.checkpointing() ? tower.layerActivations(tiles) : 0;
    return (again + tower.layerGradients(tiles) + tower.layerInput(tiles)) * stage.dtype().bytes();
  }
}
