package org.rsavlm.train.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.TokenizerBuilder;
import org.rsavlm.models.text.TokenizerFiles;

/** The tokenizer of a small data set, learnt from its own training texts. */
public final class DemoTokenizer {

  /** Ids at most, special tokens included: enough for every frequent word of the captions. */
  public static final int VOCABULARY = 800;

  private DemoTokenizer() {}

  /**
   * Learns a tokenizer and writes it into the data set's directory. The same texts give the same
   * files.
   *
   * @return the directory of {@code tokenizer.json}
   * @throws UserException if the texts can't be read or the tokenizer can't be written
   */
  public static Path write(DemoFiles files) {
    TokenizerBuilder builder =
        new TokenizerBuilder()
            .vocabularySize(VOCABULARY)
            .specialToken(PromptTemplate.IMAGE_PLACEHOLDER)
            .specialToken(TokenizerFiles.VIDEO); // saved models name it
    ObjectMapper json = new ObjectMapper();
    for (Path file : List.of(files.textOnly(), files.describe(), files.questions())) {
      try {
        for (JsonNode sample : json.readTree(file.toFile())) {
          for (JsonNode turn : sample.path("conversations")) {
            builder.add(turn.path("value").asText().replace(PromptTemplate.IMAGE_PLACEHOLDER, ""));
          }
        }
      } catch (IOException e) {
        throw new UserException(
            file.toString(), "can't be read: " + e.getMessage(), "make the data set again", e);
      }
    }
    Path directory = files.directory().resolve("tokenizer");
    builder.write(directory);
    return directory;
  }
}
