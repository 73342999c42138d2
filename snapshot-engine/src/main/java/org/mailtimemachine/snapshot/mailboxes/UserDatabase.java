package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** What a mail server knows of its users. */
interface UserDatabase {

  /**
   * All users.
   *
   * @throws IOException where it cannot be read as a whole
   */
  List<User> users() throws IOException;

  /**
   * Those of the users that have one of these names; others may be among them.
   *
   * @throws IOException where it cannot be asked
   */
  default List<User> users(List<String> names) throws IOException {
    return users();
  }

  /**
   * A user, as it is written there.
   *
   * @param name mostly an address
   * @param home absolute path, where it says one
   * @param mail Dovecot's mail location, where it says one
   */
  record User(String name, Optional<String> home, Optional<String> mail) {

    public User {
      home = home.filter(text -> !text.isEmpty());
      mail = mail.filter(text -> !text.isEmpty());
    }
  }

  /**
   * The address of a user name.
   *
   * @param domain of names without any
   * @throws IllegalArgumentException where it has none
   */
  static MailboxAddress address(String name, Optional<String> domain) {
    if (name.indexOf('@') >= 0) {
      return MailboxAddress.of(name);
    }
    return new MailboxAddress(
        name,
        domain.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no address without a domain; mtm.mailboxes.domain can give it one")));
  }
}
