package org.mailtimemachine.restore.opening;

import java.util.Optional;
import java.util.function.Function;

/** Whether the settings of a host let its administrators open messages at all. */
public final class OpeningPolicy {

  private OpeningPolicy() {}

  /**
   * Only by the one word that the documents name, and only where letters can go: nobody's mail is
   * opened whom nobody can tell.
   *
   * @param settings gives the value of a setting, where it has one
   */
  public static boolean allows(Function<String, Optional<String>> settings) {
    return wanted(settings) && settings.apply("mtm.mail.smtp").isPresent();
  }

  /** Whether it is set, be it possible or not. */
  public static boolean wanted(Function<String, Optional<String>> settings) {
    return settings.apply("mtm.admin.open-messages").filter("true"::equals).isPresent();
  }
}
