package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;

/**
 * The administrators of a demo: one of the host, and one of the domain of its first Mailbox. Their
 * passwords are made up once, as those of the Mailboxes are.
 *
 * @param passwords in clear, by name
 */
record DemoAdministrators(Map<String, String> passwords) {

  private static final String HOST = "admin";
  private static final String DOMAIN = "domain-admin";

  /** Makes the accounts and their passwords, as far as they do not stand in a file from before. */
  static DemoAdministrators make(
      WildFlyServer.Database database, List<MailboxAddress> mailboxes, Path credentials)
      throws IOException {
    MailboxAddress first = mailboxes.getFirst();
    List<Administrator> wanted =
        List.of(
            new Administrator(
                HOST, mailboxes.getLast().toString(), Locale.ENGLISH, Optional.empty(), false),
            new Administrator(
                DOMAIN,
                first.toString(),
                Locale.ITALIAN,
                Optional.of(Set.of(first.domain())),
                false));
    Map<String, String> passwords = MadeUpPasswords.read(credentials);
    Map<String, String> all = new LinkedHashMap<>();
    try (AdministratorAccounts accounts = AdministratorAccounts.open(database, Clock.systemUTC())) {
      List<String> known = accounts.list().stream().map(Administrator::name).toList();
      for (Administrator administrator : wanted) {
        String name = administrator.name();
        boolean kept = passwords.containsKey(name);
        String password = passwords.computeIfAbsent(name, _ -> MadeUpPasswords.madeUp());
        all.put(name, password);
        if (!known.contains(name)) {
          accounts.add(administrator, password);
        } else if (!kept) {
          accounts.password(name, password); // not each time: it ends sessions and second factors
        }
      }
    } catch (SQLException e) {
      throw new CommandFailed("The accounts of the console cannot be made: " + e.getMessage(), e);
    }
    StringBuilder lines = new StringBuilder();
    all.forEach((name, password) -> lines.append(name).append(' ').append(password).append('\n'));
    MadeUpPasswords.writePrivately(credentials, lines.toString());
    return new DemoAdministrators(all);
  }

  @Override
  public String toString() {
    return "passwords of " + passwords.keySet();
  }
}
