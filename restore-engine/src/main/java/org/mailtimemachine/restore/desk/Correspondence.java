package org.mailtimemachine.restore.desk;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What is to be told by mail, until it is sent. Safe for use by several threads and several
 * servers; a letter that was sent by a server that died before it could say so is sent once more.
 */
public interface Correspondence {

  /** What nobody has been found for yet, the oldest first. */
  List<Notice> unaddressed(int most);

  /** Makes it one letter to each of these, and addressed; the second time it does nothing. */
  void address(Notice notice, Set<String> recipients, Instant now);

  /**
   * Takes letters that are due; nobody else gets them until a moment.
   *
   * @param again when they are due again unless something is said of them
   */
  List<Letter> take(Instant now, Instant again, int most);

  /** Whether anybody was told of something. */
  boolean told(Notice notice);

  /** It was handed to the mail server. */
  void sent(UUID letter, Instant now);

  /** It was not; it is due again at a moment. */
  void failed(UUID letter, Instant again, String why);

  /** It will not be tried any more. */
  void givenUp(UUID letter, String why);
}
