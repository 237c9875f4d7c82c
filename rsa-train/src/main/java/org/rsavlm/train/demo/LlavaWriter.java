package org.rsavlm.train.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the JSON files of a data set: LLaVA arrays, a line a sample. */
final class LlavaWriter {

  private static final String IMAGE = "<image>";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path directory;

  LlavaWriter(Path directory) {
    this.directory = directory;
  }

  void write(DatasetContent content) throws IOException {
    List<Map<String, Object>> text = new ArrayList<>();
    for (ImageCaptionPair pair : content.train()) {
      text.add(textOnly(text.size(), pair.caption()));
    }
    for (String caption : content.moreText()) {
      text.add(textOnly(text.size(), caption));
    }
    array(DemoFiles.TEXT, text);
    captions(DemoFiles.CAPTIONS, "train", IMAGE, content.train(), false);
    captions(DemoFiles.COARSE, "train", IMAGE, content.train(), true);
    // Held-out pairs are measured with every stage's prompt; `plain` drops the instruction.
    String ask = IMAGE + "\n" + QuestionAnswer.DESCRIBE;
    captions(DemoFiles.HELD_OUT_CAPTIONS, "heldout", ask, content.heldOut(), false);
    captions(DemoFiles.HELD_OUT_COARSE, "heldout", ask, content.heldOut(), true);

    List<Map<String, Object>> describe = new ArrayList<>();
    List<Map<String, Object>> questions = new ArrayList<>();
    for (ImageCaptionPair pair : content.train()) {
      QuestionAnswer exchange =
          new QuestionAnswer("describe", QuestionAnswer.DESCRIBE, pair.caption());
      describe.add(dialogue("train", pair, "", List.of(exchange)));
      questions.add(dialogue("train", pair, "", pair.dialogue()));
    }
    array(DemoFiles.DESCRIBE, describe);
    array(DemoFiles.QUESTIONS, questions);

    List<Map<String, Object>> heldOut = new ArrayList<>();
    for (ImageCaptionPair pair : content.heldOut()) {
      for (QuestionAnswer exchange : pair.dialogue()) {
        heldOut.add(dialogue("heldout", pair, "-" + exchange.kind(), List.of(exchange)));
      }
    }
    array(DemoFiles.HELD_OUT_QUESTIONS, heldOut);
  }

  private void captions(
      String file, String split, String human, List<ImageCaptionPair> pairs, boolean coarse)
      throws IOException {
    List<Map<String, Object>> samples = new ArrayList<>();
    for (ImageCaptionPair pair : pairs) {
      String caption = coarse ? pair.coarse() : pair.caption();
      List<Map<String, String>> turns = List.of(turn("human", human), turn("gpt", caption));
      samples.add(sample(split + "-" + pair.name(), image(split, pair), turns));
    }
    array(file, samples);
  }

  private static Map<String, Object> textOnly(int index, String caption) {
    return sample(
        "text-" + index, null, List.of(turn("human", "Write a caption."), turn("gpt", caption)));
  }

  private static Map<String, Object> dialogue(
      String split, ImageCaptionPair pair, String suffix, List<QuestionAnswer> exchanges) {
    List<Map<String, String>> turns = new ArrayList<>();
    for (QuestionAnswer exchange : exchanges) {
      String before = turns.isEmpty() ? IMAGE + "\n" : "";
      turns.add(turn("human", before + exchange.question()));
      turns.add(turn("gpt", exchange.answer()));
    }
    return sample(split + "-" + pair.name() + suffix, image(split, pair), turns);
  }

  static String image(String split, ImageCaptionPair pair) {
    return split + "/" + pair.name() + ".png";
  }

  private static Map<String, Object> sample(
      String id, @Nullable String image, List<Map<String, String>> turns) {
    Map<String, Object> sample = new LinkedHashMap<>();
    sample.put("id", id);
    if (image != null) {
      sample.put("image", image);
    }
    sample.put("conversations", turns);
    return sample;
  }

  private static Map<String, String> turn(String from, String value) {
    Map<String, String> turn = new LinkedHashMap<>();
    turn.put("from", from);
    turn.put("value", value);
    return turn;
  }

  private void array(String file, List<Map<String, Object>> samples) throws IOException {
    try (Writer writer = Files.newBufferedWriter(directory.resolve(file))) {
      String separator = "[\n";
      for (Map<String, Object> sample : samples) {
        writer.write(separator);
        writer.write(MAPPER.writeValueAsString(sample));
        separator = ",\n";
      }
      writer.write(samples.isEmpty() ? "[]\n" : "\n]\n");
    }
  }
}
