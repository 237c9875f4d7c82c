package org.rsavlm.models.text;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How Qwen2 cuts a text before BPE: NFC, then words by a pattern, then every UTF-8 byte as one
 * printable character (the alphabet that GPT-2 introduced).
 *
 * <p>For training alone; encoding is the native library's. Letters newer than the JDK's Unicode
 * (13.0 in Java 17) count as punctuation here, which can shift a rare merge and nothing else.
 */
final class ByteLevel {

  /** Qwen2's pattern, as its tokenizer.json has it. */
  static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
          + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
          + "|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+"
          + "|\\s+(?!\\S)"
          + "|\\s+";

  private static final Pattern WORD = Pattern.compile(WORDS, Pattern.UNICODE_CHARACTER_CLASS);
  private static final char[] BYTE_TO_CHAR = byteToChar();

  private ByteLevel() {}

  /**
   * Returns the 256 symbols in the order of their characters, which gives a line break the id 198.
   */
  static List<String> alphabet() {
    return IntStream.range(0, 256).mapToObj(b -> String.valueOf(BYTE_TO_CHAR[b])).sorted().toList();
  }

  /** Hands on the words of a text, each a string of byte symbols. */
  static void words(String text, Consumer<String> each) {
    Matcher matcher = WORD.matcher(Normalizer.normalize(text, Normalizer.Form.NFC));
    while (matcher.find()) {
      byte[] bytes = matcher.group().getBytes(StandardCharsets.UTF_8);
      StringBuilder symbols = new StringBuilder(bytes.length);
      for (byte b : bytes) {
        symbols.append(BYTE_TO_CHAR[b & 0xff]);
      }
      each.accept(symbols.toString());
    }
  }

  /** Printable Latin-1 stands for itself, the other bytes for the characters from U+0100 on. */
  private static char[] byteToChar() {
    char[] table = new char[256];
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > 0x20 && b < 0x7f) || (b > 0xa0 && b != 0xad);
      table[b] = printable ? (char) b : next++;
    }
    return table;
  }
}
