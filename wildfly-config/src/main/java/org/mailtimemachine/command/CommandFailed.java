package org.mailtimemachine.command;

import org.jspecify.annotations.Nullable;

/** What stops a command, in one sentence for the person who gave it. */
final class CommandFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CommandFailed(String sentence) {
    super(sentence);
  }

  CommandFailed(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
