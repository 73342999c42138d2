package org.mailtimemachine.mailstore.mime;

/**
 * Why something of a message is not shown as it was meant: a limit was met, the bytes are broken,
 * or they are signed or encrypted, which takes a key.
 */
public enum MessageNote {
  HEADERS_CUT("This message has more headers than are shown here."),
  TOO_DEEP("Parts are nested too deeply; the innermost ones are offered as one file."),
  TOO_MANY_PARTS("This message has more parts than are listed here."),
  STRUCTURE_CUT("This message is very large; only what its beginning names is listed."),
  STRUCTURE_BROKEN("The structure of this message is damaged; what could be read is shown."),
  TEXT_CUT("The text is longer than what is shown here."),
  TEXT_DAMAGED("Some of the text could not be decoded."),
  SIGNED_SMIME("This message is signed (S/MIME). The signature is not verified here."),
  SIGNED_PGP("This message is signed (PGP). The signature is not verified here."),
  WRAPPED_SMIME(
      "This message is signed (S/MIME), and its text is wrapped in the signature. Download it and"
          + " open it in a mail program."),
  ENCRYPTED_SMIME(
      "This message is encrypted (S/MIME). Download it and open it in a mail program that has the"
          + " key."),
  ENCRYPTED_PGP(
      "This message is encrypted (PGP). Download it and open it in a mail program that has the"
          + " key.");

  private final String sentence;

  MessageNote(String sentence) {
    this.sentence = sentence;
  }

  /** Whether it tells of a signature or of encryption rather than of a fault. */
  public boolean protection() {
    return compareTo(SIGNED_SMIME) >= 0;
  }

  /** One sentence for the person who reads the message. */
  public String sentence() {
    return sentence;
  }
}
