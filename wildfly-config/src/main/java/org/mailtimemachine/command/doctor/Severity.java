package org.mailtimemachine.command.doctor;

import java.util.Locale;

/** How bad it is. */
public enum Severity {
  /** Mail or snapshots are lost, or nothing works, until it is mended. */
  ERROR,
  /** Something works less well than its administrator thinks. */
  WARNING,
  /** Good to know; nothing need be done. */
  NOTE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
