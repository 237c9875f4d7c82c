package org.rsavlm.train.config;

/**
 * The parts of the model that learn.
 *
 * @param vision the image encoder
 * @param projector the MLP between encoder and language model
 * @param language the language model's layers, final norm and head
 * @param tokenEmbeddings the language model's token embedding (with a tied head: the head too)
 * @param imageNewline the vector at the end of each row of AnyRes tiles
 */
public record Trainable(
    @Default("false") boolean vision,
    @Default("false") boolean projector,
    @Default("false") boolean language,
    @Default("false") boolean tokenEmbeddings,
    @Default("false") boolean imageNewline) {

  /** Checks that something is trained. */
  public Trainable {
    if (!(vision || projector || language || tokenEmbeddings || imageNewline)) {
      throw new InvalidValueException(
          "vision", "is false like every other part", "set at least one part to true");
    }
  }

  void requireRates(LearningRates rates) {
    require(vision, "vision", rates.vision());
    require(projector, "projector", rates.projector());
    require(language, "language", rates.language());
    require(tokenEmbeddings, "token_embeddings", rates.tokenEmbeddings());
    require(imageNewline, "image_newline", rates.imageNewline());
  }

  private static void require(boolean trained, String part, double rate) {
    if (trained && rate == 0) {
      throw new InvalidValueException(
          "learning_rate." + part,
          "is 0 or missing although trainable." + part + " is true",
          "give it a rate, or set the part to false");
    }
  }
}
