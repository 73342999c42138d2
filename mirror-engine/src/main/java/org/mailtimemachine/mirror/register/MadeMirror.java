package org.mailtimemachine.mirror.register;

import java.util.Optional;

/**
 * A Mirror that was just made.
 *
 * @param password of the mailbox that was made for it, to be shown once; it stands nowhere. Absent
 *     where there is none
 */
public record MadeMirror(RegisteredMirror mirror, Optional<String> password) {

  @Override
  public String toString() {
    return "MadeMirror[" + mirror + "]"; // a password belongs in no log
  }
}
