package org.mailtimemachine.mailstore.mime;

/** Where in a message words can be looked for. */
public enum SearchField {
  SUBJECT,
  SENDER,
  /** To and Cc. */
  RECIPIENTS,
  /** The text that is read, whatever its form. */
  BODY,
  /** All headers and the body. */
  ENTIRE
}
