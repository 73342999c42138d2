package org.mailtimemachine.snapshot.mailboxes;

import java.util.List;
import java.util.Locale;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.mailboxes.UserDatabase.User;

/**
 * Where the mail of a user lies, as Dovecot's {@code mail_location} says it: {@code
 * maildir:~/Maildir:LAYOUT=fs}, or the path alone.
 */
record MailLocation(PathTemplate path) {

  private static final String MAILDIR = "maildir:";

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException where it is no Maildir, or not said by a path
   */
  static MailLocation of(String text) {
    boolean named = text.toLowerCase(Locale.ROOT).startsWith(MAILDIR);
    String[] parts = (named ? text.substring(MAILDIR.length()) : text).split(":", -1);
    String path = parts[0].startsWith("~/") ? "%h" + parts[0].substring(1) : parts[0];
    if (!path.startsWith("/") && !path.startsWith("%h")) {
      throw new IllegalArgumentException("'" + text + "' is no Maildir at an absolute path");
    }
    for (String option : List.of(parts).subList(1, parts.length)) {
      if (option.toUpperCase(Locale.ROOT).startsWith("INBOX=")) {
        throw new IllegalArgumentException("'" + text + "' has its INBOX in another place");
      }
    }
    return new MailLocation(PathTemplate.of(path, "undh"));
  }

  /**
   * The path of a user's Maildir.
   *
   * @throws IllegalArgumentException where it needs a home and there is none
   */
  String of(MailboxAddress address, User user) {
    return path.with(
        variable ->
            switch (variable) {
              case "u" -> user.name();
              case "n" -> address.localPart();
              case "d" -> address.domain();
              default ->
                  user.home()
                      .orElseThrow(() -> new IllegalArgumentException("it has no home directory"));
            });
  }
}
