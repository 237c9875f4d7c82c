package org.rsavlm.train.config;

/**
 * Peak learning rate of each part.
 *
 * @param vision the image encoder
 * @param projector the MLP between encoder and language model
 * @param language the language model
 * @param tokenEmbeddings the token embedding; {@code auto}: as {@code language}
 * @param imageNewline the row separator of AnyRes; {@code auto}: as {@code language}, with which
 *     LLaVA trains it
 */
public record LearningRates(
    @Default("0") double vision,
    @Default("0") double projector,
    @Default("0") double language,
    @Default("auto") double tokenEmbeddings,
    @Default("auto") double imageNewline) {

  /** Checks the ranges and fills in what follows the language model. */
  public LearningRates {
    Check.atLeast("vision", vision, 0);
    Check.atLeast("projector", projector, 0);
    Check.atLeast("language", language, 0);
    tokenEmbeddings = Double.isNaN(tokenEmbeddings) ? language : tokenEmbeddings;
    imageNewline = Double.isNaN(imageNewline) ? language : imageNewline;
    Check.atLeast("token_embeddings", tokenEmbeddings, 0);
    Check.atLeast("image_newline", imageNewline, 0);
  }
}
