package org.mailtimemachine.restore.imap;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what an IMAP server says (RFC 9051, section 9): atoms and strings as text with a byte a
 * char, lists as lists, {@code NIL} as {@link #NIL}. No line takes more memory than is bounded
 * here; who keeps many of them bounds that by {@link #taken}.
 */
final class ImapReader {

  /** No text. */
  static final Object NIL =
      new Object() {
        @Override
        public String toString() {
          return "NIL";
        }
      };

  /** More than any part of a message that is asked for. */
  static final int LONGEST_LITERAL = 1 << 20;

  private static final int LONGEST_TEXT = 1 << 20;

  /** Bytes of one answer, with all its strings; a value costs some ten times as much in memory. */
  private static final int LONGEST_ANSWER = 4 << 20;

  private static final int DEEPEST = 32;
  private static final int NONE = -2;

  private final InputStream in;
  private int next = NONE;
  private long taken;
  private long last = Long.MAX_VALUE; // byte of the answer that is read

  ImapReader(InputStream in) {
    this.in = new BufferedInputStream(in, 64 * 1024);
  }

  /** What is read next, without reading it. */
  private int peek() throws IOException {
    if (next == NONE) {
      next = in.read();
      if (next < 0) {
        throw new EOFException("the server has ended the connection");
      }
    }
    return next;
  }

  private int take() throws IOException {
    int one = peek();
    next = NONE;
    taken(1);
    return one;
  }

  private void taken(long bytes) throws IOException {
    taken += bytes;
    if (taken > last) {
      throw new ImapSyntaxException("an answer without an end");
    }
  }

  /** How many bytes were read so far. */
  long taken() {
    return taken;
  }

  private void expect(int wanted) throws IOException {
    int got = take();
    if (got != wanted) {
      throw new ImapSyntaxException(
          "expected '%c' and got '%c'".formatted((char) wanted, (char) got));
    }
  }

  /** Up to the next blank or line end; takes the blank. */
  String word() throws IOException {
    StringBuilder word = new StringBuilder();
    while (peek() != ' ' && peek() != '\r' && peek() != '\n') {
      append(word, take());
    }
    if (peek() == ' ') {
      take();
    }
    return word.toString();
  }

  /** The rest of a line, and its end. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (peek() != '\r' && peek() != '\n') {
      append(line, take());
    }
    end();
    return line.toString();
  }

  private void end() throws IOException {
    if (peek() == '\r') {
      take();
    }
    expect('\n');
  }

  /** The values up to the end of the line, which is taken. */
  List<Object> values() throws IOException {
    List<Object> values = new ArrayList<>();
    last = taken + LONGEST_ANSWER;
    while (true) {
      switch (peek()) {
        case ' ' -> take();
        case '\r', '\n' -> {
          end();
          last = Long.MAX_VALUE;
          return values;
        }
        default -> values.add(value(0));
      }
    }
  }

  private Object value(int depth) throws IOException {
    return switch (peek()) {
      case '(' -> list(depth);
      case '"' -> quoted();
      case '{' -> literal();
      default -> atom();
    };
  }

  private List<Object> list(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new ImapSyntaxException("lists in lists without an end");
    }
    expect('(');
    List<Object> list = new ArrayList<>();
    while (peek() != ')') {
      if (peek() == ' ') {
        take();
      } else {
        list.add(value(depth + 1));
      }
    }
    take();
    return list;
  }

  private String quoted() throws IOException {
    expect('"');
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      int c = take();
      if (c == '\r' || c == '\n') {
        throw new ImapSyntaxException("a string goes over the end of a line");
      }
      append(text, c == '\\' ? take() : c);
    }
    take();
    return text.toString();
  }

  private String literal() throws IOException {
    expect('{');
    long length = 0;
    int digits = 0;
    while (peek() >= '0' && peek() <= '9' && digits++ < 10) {
      length = length * 10 + (take() - '0');
    }
    expect('}');
    end();
    if (length > LONGEST_LITERAL) {
      throw new ImapSyntaxException("a string of " + length + " bytes, which nobody asked for");
    }
    taken(length);
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException("the server has ended the connection");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** With what stands in brackets in it: {@code BODY[HEADER.FIELDS (MESSAGE-ID)]<0>}. */
  private Object atom() throws IOException {
    StringBuilder atom = new StringBuilder();
    boolean brackets = false;
    while (true) {
      int c = peek();
      if (c == '\r' || c == '\n' || (!brackets && (c == ' ' || c == '(' || c == ')'))) {
        break;
      }
      brackets = c == '[' || (brackets && c != ']');
      append(atom, take());
    }
    if (atom.isEmpty()) {
      throw new ImapSyntaxException("expected a value and got '%c'".formatted((char) peek()));
    }
    return "NIL".contentEquals(atom) ? NIL : atom.toString();
  }

  private static void append(StringBuilder text, int c) throws IOException {
    if (text.length() >= LONGEST_TEXT) {
      throw new ImapSyntaxException("a line without an end");
    }
    text.append((char) c);
  }
}
