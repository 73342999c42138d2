package org.mailtimemachine.mailstore.maildir;

import java.util.List;

/**
 * The system flags of a message as its file name carries them behind {@code :2,}: a sorted string
 * of the capital letters {@code D F P R S T} (Dovecot, {@code maildir-filename-flags.c}; other
 * capitals are kept as they are). Lower case letters are keywords and not part of it.
 *
 * @param letters sorted, without repetition
 */
public record Flags(String letters) {

  /** No flag at all. */
  public static final Flags NONE = new Flags("");

  public Flags {
    for (int i = 0; i < letters.length(); i++) {
      if (letters.charAt(i) < 'A' || letters.charAt(i) > 'Z') {
        throw new IllegalArgumentException("flags are capital letters: " + letters);
      }
    }
    letters = sorted(letters);
  }

  public boolean seen() {
    return has('S');
  }

  public boolean answered() {
    return has('R');
  }

  public boolean flagged() {
    return has('F');
  }

  public boolean forwarded() {
    return has('P');
  }

  public boolean draft() {
    return has('D');
  }

  /** Marked for deletion by an IMAP client ({@code \Deleted}), but still there. */
  public boolean deleted() {
    return has('T');
  }

  /** The words that people and the REST API use, in a fixed order. */
  public List<String> words() {
    return letters.chars().mapToObj(Flags::word).toList();
  }

  private static String sorted(String letters) {
    for (int i = 1; i < letters.length(); i++) {
      if (letters.charAt(i - 1) >= letters.charAt(i)) {
        return letters
            .chars()
            .sorted()
            .distinct()
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return letters;
  }

  private boolean has(char letter) {
    return letters.indexOf(letter) >= 0;
  }

  private static String word(int letter) {
    return switch (letter) {
      case 'D' -> "draft";
      case 'F' -> "flagged";
      case 'P' -> "forwarded";
      case 'R' -> "answered";
      case 'S' -> "seen";
      case 'T' -> "deleted";
      default -> Character.toString(letter);
    };
  }
}
