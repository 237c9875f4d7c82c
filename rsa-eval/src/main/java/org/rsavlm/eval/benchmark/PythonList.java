package org.rsavlm.eval.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.Row;

/** Reads a list of texts that a data set holds as the text of a Python list, as MMMU does. */
final class PythonList {

  private final String text;
  private final String where;
  private int at;

  private PythonList(String text, String where) {
    this.text = text;
    this.where = where;
  }

  /** Returns the texts of a column, be it a list or the text of one. */
  static List<String> of(Row row, String column) {
    String text = row.text(column);
    return new PythonList(text, row.where() + ", column " + column).list();
  }

  private List<String> list() {
    List<String> items = new ArrayList<>();
    expect('[');
    while (peek() != ']') {
      items.add(string());
      if (peek() != ']') {
        expect(',');
      }
    }
    expect(']');
    if (at != text.length() && !PythonText.strip(text.substring(at)).isEmpty()) {
      throw wrong();
    }
    return items;
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw wrong();
    }
    at++;
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == quote) {
        return out.toString();
      }
      if (c == '\\') {
        escape(out);
      } else {
        out.append(c);
      }
    }
  }

  /** The escapes of a Python string; an unknown one stands for itself. */
  private void escape(StringBuilder out) {
    char c = next();
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> out.appendCodePoint(hex(2));
      case 'u' -> out.appendCodePoint(hex(4));
      case 'U' -> out.appendCodePoint(hex(8));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = c - '0';
        for (int i = 1; i < 3 && at < text.length() && octal(text.charAt(at)); i++) {
          value = value * 8 + text.charAt(at++) - '0';
        }
        out.append((char) value);
      }
      default -> out.append('\\').append(c);
    }
  }

  private static boolean octal(char c) {
    return c >= '0' && c <= '7';
  }

  private int hex(int digits) {
    if (at + digits > text.length()) {
      throw wrong();
    }
    try {
      int value = Integer.parseInt(text.substring(at, at + digits), 16);
      at += digits;
      if (!Character.isValidCodePoint(value)) {
        throw wrong();
      }
      return value;
    } catch (NumberFormatException e) {
      throw wrong();
    }
  }

  private char next() {
    if (at == text.length()) {
      throw wrong();
    }
    return text.charAt(at++);
  }

  private char peek() {
    while (at < text.length() && PythonText.isSpace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      throw wrong();
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong();
    }
    at++;
  }

  private UserException wrong() {
    return new UserException(
        where, "not a Python list of texts at character " + at, "write ['first', 'second']");
  }
}
