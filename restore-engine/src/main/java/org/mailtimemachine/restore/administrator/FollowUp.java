package org.mailtimemachine.restore.administrator;

import java.time.Instant;

/**
 * What was done about something that needs somebody, as a gap of the mirrors does.
 *
 * @param subject what it is about, by its id
 * @param done whether nobody has to look after it any more
 * @param note in the words of who did; may be empty
 * @param who the one who noted it last
 */
public record FollowUp(String subject, boolean done, String note, String who, Instant when) {

  /** Longer ones are letters. */
  public static final int LONGEST_NOTE = 1_000;

  /**
   * @throws IllegalArgumentException where the note is too long
   */
  public FollowUp {
    if (note.length() > LONGEST_NOTE) {
      throw new IllegalArgumentException("a note has at most " + LONGEST_NOTE + " characters");
    }
  }
}
