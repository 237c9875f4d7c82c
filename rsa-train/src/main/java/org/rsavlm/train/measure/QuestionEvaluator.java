package org.rsavlm.train.measure;

import static org.rsavlm.models.text.PromptTemplate.IMAGE_PLACEHOLDER;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.generation.Prompt;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.Turn;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.data.RejectedSampleException;
import org.rsavlm.train.data.Sample;
import org.rsavlm.train.data.SamplePreparer;
import org.rsavlm.train.data.SampleSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a model held-out questions about pictures and counts the answers that equal the data's.
 *
 * <p>The first samples of a LLaVA file that hold one image and one exchange are taken; others, such
 * as dialogues of several turns, are passed over. The human turn is the prompt, laid out for
 * generation by the stage's template.
 */
public final class QuestionEvaluator {

  private static final Logger LOG = LoggerFactory.getLogger(QuestionEvaluator.class);
  private static final int SHOWN_REJECTIONS = 3;

  private final Tokenizer tokenizer;
  private final PromptTemplate template;
  private final SamplePreparer preparer;
  private final int batchSize;

  /**
   * Makes an evaluator.
   *
   * @param tokenizer the language model's tokenizer
   * @param template how the stage lays out conversations
   * @param tiler from decoded images to base images and tiles
   * @param maxLength positions of question and reference answer above which a sample is rejected
   * @param batchSize questions answered at once
   */
  public QuestionEvaluator(
      Tokenizer tokenizer,
      PromptTemplate template,
      ImageTiler tiler,
      int maxLength,
      int batchSize) {
    if (batchSize < 1) {
      throw new UserException("evaluation.batch_size", "is " + batchSize, "it must be at least 1");
    }
    this.tokenizer = tokenizer;
    this.template = template;
    this.preparer = new SamplePreparer(tokenizer, template, tiler, maxLength);
    this.batchSize = batchSize;
  }

  /**
   * Asks the first questions of a file.
   *
   * @param source the file; its sampling strategy holds
   * @param questions how many to ask at most
   * @param answerer the model
   * @throws UserException if the file can't be read or holds no usable question
   */
  public QuestionResult evaluate(SampleSource source, int questions, Answerer answerer) {
    List<AnsweredQuestion> answers = new ArrayList<>();
    List<Sample> asked = new ArrayList<>();
    List<Prompt> batch = new ArrayList<>();
    int rejected = 0;
    try (Mixture mixture = Mixture.open(List.of(source), 0)) {
      for (int i = 0; i < mixture.size() && answers.size() + batch.size() < questions; i++) {
        try {
          Sample sample = mixture.sample(i);
          if (!isQuestion(sample)) {
            continue;
          }
          PreparedSample prepared = preparer.prepare(sample);
          batch.add(new Prompt(prompt(sample), prepared.images()));
          asked.add(sample);
        } catch (RejectedSampleException e) {
          if (rejected++ < SHOWN_REJECTIONS) {
            LOG.warn("no question from {}: {}", e.rejection().id(), e.rejection().detail());
          }
        }
        if (batch.size() == batchSize) {
          answer(source, asked, batch, answerer, answers);
        }
      }
    }
    answer(source, asked, batch, answerer, answers);
    if (answers.isEmpty()) {
      throw new UserException(
          source.file().toString(),
          "no usable question: "
              + rejected
              + " samples rejected, the rest are not one image with"
              + " one question and answer",
          "give single questions about pictures, and at least 1 to ask");
    }
    if (rejected > 0) {
      LOG.warn("{}: {} samples rejected", source.file(), rejected);
    }
    return new QuestionResult(answers, rejected);
  }

  private static boolean isQuestion(Sample sample) {
    List<Turn> turns = sample.conversations();
    return sample.images().size() == 1
        && turns.size() == 2
        && turns.get(0).role() == Role.HUMAN
        && turns.get(1).role() == Role.GPT;
  }

  private long[] prompt(Sample sample) {
    return template.renderForGeneration(tokenizer, sample.conversations().subList(0, 1), 1);
  }

  private void answer(
      SampleSource source,
      List<Sample> asked,
      List<Prompt> batch,
      Answerer answerer,
      List<AnsweredQuestion> answers) {
    if (batch.isEmpty()) {
      return;
    }
    List<long[]> written = answerer.answer(List.copyOf(batch));
    if (written.size() != batch.size()) {
      throw new IllegalStateException(
          written.size() + " answers to " + batch.size() + " questions");
    }
    for (int i = 0; i < written.size(); i++) {
      Sample sample = asked.get(i);
      answers.add(
          new AnsweredQuestion(
              sample.id(),
              picture(source, sample),
              sample.conversations().get(0).text().replace(IMAGE_PLACEHOLDER, "").strip(),
              sample.conversations().get(1).text(),
              text(written.get(i))));
    }
    asked.clear();
    batch.clear();
  }

  /** The picture's file; the data's where the picture has none of its own. */
  private static Path picture(SampleSource source, Sample sample) {
    String path = sample.images().get(0).path();
    return path == null ? source.file() : source.imagesDir().resolve(path);
  }

  /** Models have more embedding rows than their tokenizer has tokens; those rows have no text. */
  private String text(long[] ids) {
    long[] known =
        Arrays.stream(ids).filter(id -> id >= 0 && id < tokenizer.vocabularySize()).toArray();
    return tokenizer.decode(known, /* skipSpecial= */ true);
  }
}
