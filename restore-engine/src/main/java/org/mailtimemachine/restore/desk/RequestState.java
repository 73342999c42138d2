package org.mailtimemachine.restore.desk;

import java.util.EnumSet;
import java.util.Set;

/** Where a request stands. */
public enum RequestState {
  /** Its plan is being written down; nobody sees it yet. */
  DRAFT,
  /** It waits for an administrator. */
  PENDING,
  /** An administrator confirmed it: it is carried out now or soon. */
  CONFIRMED,
  /** An administrator has stopped it: what was done stays, and it can go on or be given up. */
  STOPPED,
  /** It was carried out, and its Receipt says how. */
  DONE,
  /** It was confirmed and given up; its Receipt says what was done until then. */
  FAILED,
  /** An administrator rejected it. */
  REJECTED,
  /** Its user took it back before it was decided. */
  WITHDRAWN,
  /** Nobody decided it in time. */
  LAPSED,
  /** It was carried out, and what was still untouched was removed again. */
  TAKEN_BACK;

  private static final Set<RequestState> OPEN = EnumSet.of(DRAFT, PENDING, CONFIRMED, STOPPED);
  private static final Set<RequestState> LIMITED = EnumSet.of(DRAFT, PENDING, CONFIRMED);

  private static final Set<RequestState> REFUSED = EnumSet.of(REJECTED, WITHDRAWN, LAPSED);

  /** Whether something is still to come of it. */
  public boolean open() {
    return OPEN.contains(this);
  }

  /**
   * Those of which a Mailbox may have only so many: one that an administrator has stopped is in
   * nobody's way, and its user can do nothing about it.
   */
  public static Set<RequestState> allLimited() {
    return EnumSet.copyOf(LIMITED);
  }

  /** All but those of which nothing has come, and nothing will. */
  static Set<RequestState> notRefused() {
    return EnumSet.complementOf(EnumSet.copyOf(REFUSED));
  }

  /** Those of which something is still to come. */
  public static Set<RequestState> allOpen() {
    return EnumSet.copyOf(OPEN);
  }
}
