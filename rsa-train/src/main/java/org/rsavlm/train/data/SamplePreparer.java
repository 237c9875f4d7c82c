package org.rsavlm.train.data;

import static org.rsavlm.models.text.PromptTemplate.IMAGE_PLACEHOLDER;

import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.table.RowImage;
import org.rsavlm.models.table.UnusableRowException;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.Turn;

/**
 * Makes a sample ready for the model: tokens and labels by the stage's prompt, pixels, and the
 * caption alone for RSA. What doesn't fit is rejected, never truncated or repaired. Safe for many
 * threads; touches no tensors.
 */
public final class SamplePreparer {

  private static final long[] NONE = {};

  private final Tokenizer tokenizer;
  private final PromptTemplate template;
  private final ImageTiler tiler;
  private final int maxLength;
  private final boolean textOnly;

  /**
   * For samples with and without images.
   *
   * @param tokenizer the language model's tokenizer
   * @param template how conversations are laid out
   * @param tiler from decoded images to base images and tiles
   * @param maxLength positions above which a sample is rejected
   */
  public SamplePreparer(
      Tokenizer tokenizer, PromptTemplate template, ImageTiler tiler, int maxLength) {
    this(tokenizer, template, tiler, maxLength, false);
  }

  private SamplePreparer(
      Tokenizer tokenizer,
      PromptTemplate template,
      ImageTiler tiler,
      int maxLength,
      boolean textOnly) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.tiler = tiler;
    this.maxLength = maxLength;
    this.textOnly = textOnly;
  }

  /**
   * The same, but images and their placeholders are left out and no sample takes part in RSA: for
   * training the language model on captions alone.
   */
  public SamplePreparer withoutImages() {
    return new SamplePreparer(tokenizer, template, tiler, maxLength, /* textOnly= */ true);
  }

  /**
   * Prepares a sample.
   *
   * @param stated what the file states
   * @throws RejectedSampleException with the reason, if it can't be trained on
   */
  public PreparedSample prepare(Sample stated) throws RejectedSampleException {
    Sample sample = textOnly ? withoutImages(stated) : stated;
    checkTurns(sample);
    Tokenized tokenized;
    try {
      tokenized = template.render(tokenizer, sample.conversations(), sample.images().size());
    } catch (UserException e) {
      throw new RejectedSampleException(
          sample, RejectionReason.MALFORMED, String.valueOf(e.getMessage()));
    }
    int images = sample.images().size();
    int text = tokenized.ids().length - images;
    // What is too long in any case costs no decoding of its images.
    checkLength(sample, text, Math.multiplyExact(images, tiler.fewestTokens()));
    boolean rsa = sample.rsa() && isCaptionPair(sample);
    long[] caption = rsa ? tokenizer.encode(sample.conversations().get(1).text()) : NONE;
    List<RgbImage> decoded = new ArrayList<>();
    int imageTokens = 0;
    for (RowImage named : sample.images()) {
      RgbImage image = read(sample, named);
      imageTokens += tiler.layout(image.width(), image.height(), images).tokens();
      decoded.add(image);
    }
    int length = checkLength(sample, text, imageTokens);
    return new PreparedSample(
        sample.id(),
        tokenized.ids(),
        tokenized.labels(),
        caption,
        decoded.stream().map(image -> tiler.tiles(image, images)).toList(),
        rsa,
        length);
  }

  private static RgbImage read(Sample sample, RowImage image) throws RejectedSampleException {
    try {
      return image.read();
    } catch (UnusableRowException e) {
      throw new RejectedSampleException(sample, RejectionReason.of(e.kind()), e.detail());
    }
  }

  private int checkLength(Sample sample, int text, int images) throws RejectedSampleException {
    int length = Math.addExact(text, images);
    if (length > maxLength) {
      throw new RejectedSampleException(
          sample,
          RejectionReason.TOO_LONG,
          length + " tokens, " + images + " of images; at most " + maxLength);
    }
    return length;
  }

  private static void checkTurns(Sample sample) throws RejectedSampleException {
    int placeholders = 0;
    for (Turn turn : sample.conversations()) {
      placeholders += (turn.text().length() - without(turn.text()).length());
      if (turn.role() == Role.GPT && turn.text().isBlank()) {
        throw new RejectedSampleException(
            sample, RejectionReason.EMPTY_CAPTION, "a gpt turn has no text to train on");
      }
    }
    placeholders /= IMAGE_PLACEHOLDER.length();
    if (placeholders != sample.images().size()) {
      throw new RejectedSampleException(
          sample,
          RejectionReason.IMAGE_COUNT,
          sample.images().size() + " images but " + placeholders + " " + IMAGE_PLACEHOLDER);
    }
  }

  /** One image with one exchange about it: the only form whose answer is the image's caption. */
  private static boolean isCaptionPair(Sample sample) {
    List<Turn> turns = sample.conversations();
    return sample.images().size() == 1
        && turns.size() == 2
        && turns.get(0).role() == Role.HUMAN
        && turns.get(1).role() == Role.GPT
        && !turns.get(1).text().contains(IMAGE_PLACEHOLDER);
  }

  private static Sample withoutImages(Sample sample) {
    return new Sample(
        sample.id(),
        List.of(),
        sample.conversations().stream().map(t -> new Turn(t.role(), without(t.text()))).toList(),
        sample.source(),
        false);
  }

  private static String without(String text) {
    return text.replace(IMAGE_PLACEHOLDER, "");
  }
}
