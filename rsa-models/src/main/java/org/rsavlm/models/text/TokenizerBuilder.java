package org.rsavlm.models.text;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.io.AtomicFiles;

/**
 * Trains a small byte-level BPE tokenizer of Qwen2's type on texts and writes it as Hugging Face
 * does.
 *
 * <p>Ids are: 256 bytes in Qwen2's order (so that a line break is 198), the merges, then the
 * special tokens. The words of the ChatML template count as often as there are texts, for every
 * sample of a dialogue holds them. The same texts give the same files, in any order of the texts.
 *
 * <pre>{@code
 * new TokenizerBuilder().vocabularySize(800).addAll(captions).write(Path.of("out/tokenizer"));
 * }</pre>
 */
public final class TokenizerBuilder {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DefaultPrettyPrinter.Indenter LINES = new DefaultIndenter("  ", "\n");
  private static final int BYTES = 256;

  private final List<String> specials =
      new ArrayList<>(List.of(Tokenizer.END_OF_TEXT, Tokenizer.IM_START, Tokenizer.IM_END));
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private long texts;
  private int vocabularySize = 800;
  private int minimumCount = 2;

  /** Makes a builder with no texts yet. */
  public TokenizerBuilder() {}

  /**
   * Sets the number of ids to reach, special tokens included; 800 unless set. Fewer come out if the
   * texts don't hold enough frequent pairs.
   *
   * @throws IllegalArgumentException below 256 bytes and the special tokens
   */
  public TokenizerBuilder vocabularySize(int size) {
    if (size < BYTES + specials.size()) {
      throw new IllegalArgumentException(
          "vocabularySize " + size + " is below " + (BYTES + specials.size()));
    }
    vocabularySize = size;
    return this;
  }

  /** Sets how often a pair must occur to become a token; 2 unless set. */
  public TokenizerBuilder minimumCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("minimumCount " + count + " is below 1");
    }
    minimumCount = count;
    return this;
  }

  /** Adds a special token after Qwen2's three, such as {@code <image>} for transformers. */
  public TokenizerBuilder specialToken(String token) {
    if (token.isEmpty() || specials.contains(token)) {
      throw new IllegalArgumentException("special token '" + token + "' is empty or there already");
    }
    specials.add(token);
    return vocabularySize(Math.max(vocabularySize, BYTES + specials.size()));
  }

  /** Adds a text to learn from; special tokens in it are text. */
  public TokenizerBuilder add(String text) {
    texts++;
    ByteLevel.words(text, word -> counts.merge(word, 1L, Long::sum));
    return this;
  }

  /** Adds texts to learn from. */
  public TokenizerBuilder addAll(Iterable<String> more) {
    more.forEach(this::add);
    return this;
  }

  /**
   * Trains, and writes {@code tokenizer.json} and {@code tokenizer_config.json}, each whole or not
   * at all.
   *
   * @param directory where to; made if missing, other files in it stay
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void write(Path directory) {
    Map<String, Long> words = new LinkedHashMap<>(counts);
    for (String text : ChatMlPrompt.WORDS) {
      ByteLevel.words(text, word -> words.merge(word, texts, Long::sum));
    }
    BpeTrainer.Result learnt =
        BpeTrainer.train(
            words, ByteLevel.alphabet(), vocabularySize - specials.size(), minimumCount);
    ArrayNode added = JSON.createArrayNode();
    specials.forEach(
        token ->
            added
                .addObject()
                .put("id", learnt.tokens().size() + added.size() - 1)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
    AtomicFiles.write(directory.resolve("tokenizer.json"), text(tokenizer(learnt, added)));
    AtomicFiles.write(directory.resolve("tokenizer_config.json"), text(config(added)));
  }

  private static ObjectNode tokenizer(BpeTrainer.Result learnt, ArrayNode added) {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding").set("added_tokens", added);
    root.putObject("normalizer").put("type", "NFC");
    ArrayNode cuts =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    ObjectNode split = cuts.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", ByteLevel.WORDS);
    split.put("behavior", "Isolated").put("invert", false);
    cuts.add(byteLevel());
    root.set("post_processor", byteLevel());
    root.set("decoder", byteLevel());
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    learnt.tokens().forEach(token -> vocabulary.put(token, vocabulary.size()));
    ArrayNode merges = model.putArray("merges");
    learnt.merges().forEach(merge -> merges.add(merge.left() + " " + merge.right()));
    return root;
  }

  private static ObjectNode byteLevel() {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  private ObjectNode config(ArrayNode added) {
    ObjectNode config = JSON.createObjectNode().put("add_prefix_space", false);
    ObjectNode decoder = config.putObject("added_tokens_decoder");
    for (var token : added) {
      ObjectNode entry = token.deepCopy();
      decoder.set(String.valueOf(entry.remove("id")), entry);
    }
    ArrayNode additional = config.putArray("additional_special_tokens");
    specials.stream().filter(s -> !s.equals(Tokenizer.END_OF_TEXT)).forEach(additional::add);
    return config
        .putNull("bos_token")
        .put("chat_template", ChatMlPrompt.JINJA)
        .put("clean_up_tokenization_spaces", false)
        .put("eos_token", Tokenizer.IM_END)
        .put("errors", "replace")
        .put("model_max_length", 32768)
        .put("pad_token", Tokenizer.END_OF_TEXT)
        .put("split_special_tokens", false)
        .put("tokenizer_class", "Qwen2Tokenizer")
        .putNull("unk_token");
  }

  private static String text(ObjectNode json) {
    try {
      return JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES))
              .writeValueAsString(json)
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
