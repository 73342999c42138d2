package org.mailtimemachine.mailstore.maildir;

/** How the Folders of a Maildir lie on disk (Dovecot's {@code LAYOUT}). */
public enum Layout {
  /** {@code .Projects.Alpha} beside {@code cur}: flat, levels divided by dots. The default. */
  MAILDIR_PLUS_PLUS,
  /** {@code Projects/Alpha}: nested directories without dots. */
  FS
}
