package org.rsavlm.models.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.rsavlm.core.UserException;

/**
 * A checkpoint's byte-level BPE tokenizer, read from its {@code tokenizer.json}.
 *
 * <p>Text stays text: {@link #encode} never yields the id of a special token, also where the text
 * spells one out ({@code "<|im_end|>"} typed by a user becomes the ids of its characters). Code
 * that needs special tokens asks {@link #idOf} and inserts them; {@link PromptTemplate} does.
 * Hugging Face's own call would parse them; for text without special tokens both give the same ids.
 *
 * <p>Safe for use by many threads. Holds native memory until {@link #close}. Makes no network call.
 */
public final class Tokenizer implements AutoCloseable {

  /** Opens a ChatML turn. */
  public static final String IM_START = "<|im_start|>";

  /** Ends a ChatML turn; what a chat model stops at. */
  public static final String IM_END = "<|im_end|>";

  /** Ends a document; also Qwen2's padding. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  private static final List<String> REQUIRED = List.of(END_OF_TEXT, IM_START, IM_END);

  /** DJL's defaults cut at 512 tokens and pad batches. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "addSpecialTokens", "false",
          "truncation", "DO_NOT_TRUNCATE",
          "padding", "DO_NOT_PAD");

  static {
    // DJL calls a metadata address at start, and on CUDA machines fetches a second native library,
    // unless these say no. An environment variable of the same name still wins.
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("RUST_FLAVOR", "cpu");
  }

  private final HuggingFaceTokenizer textOnly;
  private final Map<String, Long> specials;
  private final Map<Long, String> specialsById = new HashMap<>();
  private final int vocabularySize;
  private final long newlineId;
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  private boolean closed;

  private Tokenizer(HuggingFaceTokenizer textOnly, TokenizerFile file) {
    this.textOnly = textOnly;
    this.specials = file.specials();
    this.vocabularySize = file.size();
    specials.forEach((token, id) -> specialsById.put(id, token));
    long[] newline = encode("\n");
    if (newline.length != 1) {
      throw new IllegalArgumentException("a line break has the ids " + Arrays.toString(newline));
    }
    this.newlineId = newline[0];
  }

  /**
   * Loads a tokenizer.
   *
   * @param fileOrDirectory a {@code tokenizer.json}, or a checkpoint directory that holds one
   * @throws UserException if it is missing or damaged, is no byte-level BPE, or lacks one of
   *     Qwen2's special tokens
   */
  public static Tokenizer load(Path fileOrDirectory) {
    TokenizerFile file = TokenizerFile.read(fileOrDirectory);
    List<String> missing =
        REQUIRED.stream().filter(token -> !file.specials().containsKey(token)).toList();
    if (!missing.isEmpty()) {
      throw new UserException(
          fileOrDirectory.toString(),
          "has no special token " + String.join(", ", missing),
          "use the tokenizer of a Qwen2 or Qwen2.5 checkpoint");
    }
    byte[] json = file.textOnly().getBytes(StandardCharsets.UTF_8);
    HuggingFaceTokenizer loaded = null;
    try {
      loaded = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
      return new Tokenizer(loaded, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      if (loaded != null) {
        loaded.close();
      }
      throw BpeModelCheck.damaged(fileOrDirectory, "cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the ids of a text, special tokens in it taken as plain text. Nothing is added, nothing
   * cut.
   *
   * @param text any text; empty gives no ids
   */
  public long[] encode(String text) {
    return text.isEmpty() ? new long[0] : whileOpen(t -> encode(t, text));
  }

  /**
   * Returns the text of ids. Bytes that form no whole character become U+FFFD.
   *
   * @param ids token ids
   * @param skipSpecial whether special tokens are left out instead of written
   * @throws IllegalArgumentException for an id outside the vocabulary, image placeholders included
   */
  public String decode(long[] ids, boolean skipSpecial) {
    StringBuilder text = new StringBuilder();
    int start = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabularySize) {
        throw new IllegalArgumentException(
            "id " + ids[i] + " at position " + i + " is outside 0.." + (vocabularySize - 1));
      }
      String special = skipSpecial ? null : specialsById.get(ids[i]);
      if (special != null) {
        text.append(decodeText(ids, start, i)).append(special);
        start = i + 1;
      }
    }
    return text.append(decodeText(ids, start, ids.length)).toString();
  }

  /** DJL's own encode fetches seven more arrays, which takes as long again as the encoding. */
  private static long[] encode(HuggingFaceTokenizer tokenizer, String text) {
    long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false);
    try {
      return TokenizersLibrary.LIB.getTokenIds(encoding);
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  /** Special ids are unknown to the native tokenizer, which leaves them out. */
  private String decodeText(long[] ids, int from, int to) {
    return from == to ? "" : whileOpen(t -> t.decode(Arrays.copyOfRange(ids, from, to), true));
  }

  /**
   * Returns the id of a special token.
   *
   * @throws UserException if the tokenizer has none of that name
   */
  public long idOf(String specialToken) {
    return find(specialToken)
        .orElseThrow(
            () ->
                new UserException(
                    "tokenizer",
                    "has no special token " + specialToken,
                    "use the tokenizer that belongs to the checkpoint"));
  }

  /** Returns the id of a special token, if the tokenizer has it. */
  public OptionalLong find(String specialToken) {
    Long id = specials.get(specialToken);
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** Returns the id of a single line break (198 in Qwen2's vocabulary). */
  public long newlineId() {
    return newlineId;
  }

  /**
   * Returns the highest id plus one, special tokens included: the embedding rows a model needs at
   * least.
   */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** Frees the native memory; later calls fail. Waits for calls that other threads are in. */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      closed = true;
      textOnly.close();
    } finally {
      open.writeLock().unlock();
    }
  }

  private <T> T whileOpen(Function<HuggingFaceTokenizer, T> call) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return call.apply(textOnly);
    } finally {
      open.readLock().unlock();
    }
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
