package org.mailtimemachine.mailstore.mailbox;

import java.nio.charset.StandardCharsets;

/** What one directory entry may be called when its name came from outside. */
final class PathComponent {

  private static final int LONGEST_BYTES = 255;

  private PathComponent() {}

  static void require(String name, String what) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(what + " cannot be a directory: '" + name + "'");
    }
    if (name.codePoints().anyMatch(PathComponent::forbidden)) {
      throw new IllegalArgumentException(what + " with a slash or a control character");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
      throw new IllegalArgumentException(what + " longer than " + LONGEST_BYTES + " bytes");
    }
  }

  /** A slash, a control character, or half of a surrogate pair, which no charset can write. */
  private static boolean forbidden(int c) {
    return c == '/' || Character.isISOControl(c) || (c >= 0xd800 && c <= 0xdfff);
  }
}
