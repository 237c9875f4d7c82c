package org.rsavlm.train.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * Names the files of a demo data set; the same names for scenes and emoji.
 *
 * <p>Every JSON file is a LLaVA file: an array of {@code {"id", "image", "conversations"}}, images
 * relative to {@link #images}. Train and held-out pictures have nothing in common.
 *
 * @param directory directory of the data set
 */
public record DemoFiles(Path directory) {

  static final String MANIFEST = "manifest.json";
  static final String IMAGES = "images";
  static final String TEXT = "stage0_text.json";
  static final String CAPTIONS = "stage1_captions.json";
  static final String COARSE = "stage1_coarse.json";
  static final String DESCRIBE = "stage1.5_describe.json";
  static final String QUESTIONS = "stage2_questions.json";
  static final String HELD_OUT_CAPTIONS = "heldout_captions.json";
  static final String HELD_OUT_COARSE = "heldout_coarse.json";
  static final String HELD_OUT_QUESTIONS = "heldout_questions.json";

  static final List<String> JSON =
      List.of(
          TEXT,
          CAPTIONS,
          COARSE,
          DESCRIBE,
          QUESTIONS,
          HELD_OUT_CAPTIONS,
          HELD_OUT_COARSE,
          HELD_OUT_QUESTIONS);

  /** Returns the directory that image paths in the JSON files are relative to. */
  public Path images() {
    return directory.resolve(IMAGES);
  }

  /**
   * Names parameters and checksums of the data set; its presence means that the set is complete.
   */
  public Path manifest() {
    return directory.resolve(MANIFEST);
  }

  /**
   * Names captions without images, for pretraining the language model; none of a held-out picture.
   */
  public Path textOnly() {
    return directory.resolve(TEXT);
  }

  /** Names image and dense caption for the prompt {@code plain}: Stage-1. */
  public Path captions() {
    return directory.resolve(CAPTIONS);
  }

  /**
   * Names image and coarse caption for the prompt {@code plain}: for comparison with dense ones.
   */
  public Path coarseCaptions() {
    return directory.resolve(COARSE);
  }

  /** Names dense captions as the answer to an instruction: Stage-1.5. */
  public Path describe() {
    return directory.resolve(DESCRIBE);
  }

  /** Names questions with short answers, two or three turns a picture, some captions: Stage-2. */
  public Path questions() {
    return directory.resolve(QUESTIONS);
  }

  /** Names held-out images with an instruction and dense captions, for every stage's prompt. */
  public Path heldOutCaptions() {
    return directory.resolve(HELD_OUT_CAPTIONS);
  }

  /** Names held-out images with coarse captions, in the order of {@link #heldOutCaptions}. */
  public Path heldOutCoarse() {
    return directory.resolve(HELD_OUT_COARSE);
  }

  /**
   * Names held-out questions, one a sample; an id ends with the kind of question after a hyphen.
   */
  public Path heldOutQuestions() {
    return directory.resolve(HELD_OUT_QUESTIONS);
  }
}
