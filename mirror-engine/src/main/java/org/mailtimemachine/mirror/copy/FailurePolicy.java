package org.mailtimemachine.mirror.copy;

/** What becomes of a message whose copy cannot be kept. */
public enum FailurePolicy {
  /** It is not taken: the mail server keeps it and tries again. */
  DEFER,
  /** It passes without a copy, and the gap is recorded. */
  PASS
}
