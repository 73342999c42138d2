package org.mailtimemachine.restore.administrator;

import java.time.Duration;
import java.time.Instant;

/**
 * Remembers what programs were answered, so that one that asks again, as it does not know whether
 * it was heard, is given the first answer, and nothing is done twice ({@code Idempotency-Key}).
 * Safe for use by several threads and several servers.
 */
public interface FirstAnswers {

  /** How long a key is remembered. */
  Duration REMEMBERED = Duration.ofHours(24);

  /** What is known of a key. */
  sealed interface Before {
    /** Nothing: it is under way from now on. */
    record Nothing() implements Before {}

    /**
     * It is under way, or whoever was at it died: nobody can tell what became of it.
     *
     * @param since when it began
     */
    record UnderWay(Instant since) implements Before {}

    /** It was used for something else. */
    record SomethingElse() implements Before {}

    /** It was answered. */
    record Answered(int status, SealedAnswer answer) implements Before {}
  }

  /**
   * Begins, unless somebody did.
   *
   * @param token the hash of it
   * @param request a digest of what is asked for
   */
  Before begin(String token, String key, String request, Instant now);

  /** What whoever asks again is told. */
  void answered(String token, String key, int status, SealedAnswer answer);

  /** Nothing was done: it can be asked for again. */
  void forget(String token, String key);
}
