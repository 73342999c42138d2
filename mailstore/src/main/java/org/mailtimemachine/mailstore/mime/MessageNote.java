package org.mailtimemachine.mailstore.mime;

/**
 * Why something of a message is not shown as it was meant: a limit was met, or the bytes are
 * broken.
 */
public enum MessageNote {
  HEADERS_CUT("This message has more headers than are shown here."),
  TOO_DEEP("Parts are nested too deeply; the innermost ones are offered as one file."),
  TOO_MANY_PARTS("This message has more parts than are listed here."),
  STRUCTURE_CUT("This message is very large; only what its beginning names is listed."),
  STRUCTURE_BROKEN("The structure of this message is damaged; what could be read is shown."),
  TEXT_CUT("The text is longer than what is shown here."),
  TEXT_DAMAGED("Some of the text could not be decoded.");

  private final String sentence;

  MessageNote(String sentence) {
    this.sentence = sentence;
  }

  /** One sentence for the person who reads the message. */
  public String sentence() {
    return sentence;
  }
}
