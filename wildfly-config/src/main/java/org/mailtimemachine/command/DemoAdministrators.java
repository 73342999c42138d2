package org.mailtimemachine.command;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.restore.terms.Terms;

/**
 * The administrators of a demo: two of the host, so that two can confirm together, and one of the
 * domain of its first Mailbox. Each has a Mailbox of its own, which no user has, for what is told
 * to administrators. Their passwords are made up once, as those of the Mailboxes are.
 *
 * @param passwords in clear, by name
 */
record DemoAdministrators(Map<String, String> passwords) {

  /** No user has a Mailbox of it. */
  private static final String OWN_DOMAIN = "console.test";

  /** What restores cost in the domain of the first Mailbox, and what wants two administrators. */
  private static final Terms TERMS =
      new Terms(
          new Price(
              Currency.getInstance("EUR"),
              new BigDecimal("1.50"),
              new BigDecimal("0.01"),
              BigDecimal.ZERO),
          0,
          Optional.of(20L));

  private static List<Administrator> of(String domain) {
    return List.of(
        administrator("admin", Locale.ENGLISH, Optional.empty()),
        administrator("second-admin", Locale.ENGLISH, Optional.empty()),
        administrator("domain-admin", Locale.ITALIAN, Optional.of(Set.of(domain))));
  }

  private static Administrator administrator(
      String name, Locale language, Optional<Set<String>> domains) {
    return new Administrator(name, mailbox(name).toString(), language, domains, false);
  }

  private static MailboxAddress mailbox(String name) {
    return new MailboxAddress(name, OWN_DOMAIN);
  }

  /** Whether a Mailbox is that of an administrator, and no user's. */
  static boolean isOwn(MailboxAddress mailbox) {
    return mailbox.domain().equals(OWN_DOMAIN);
  }

  /** Makes the Maildirs for what they are told, as far as they are not there. */
  static List<MailboxAddress> mailboxes(Path mail) throws IOException {
    List<MailboxAddress> mailboxes =
        of(OWN_DOMAIN).stream().map(each -> mailbox(each.name())).toList();
    for (MailboxAddress mailbox : mailboxes) {
      Path maildir = mail.resolve(mailbox.domain()).resolve(mailbox.localPart());
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(maildir.resolve(part));
      }
    }
    return mailboxes;
  }

  /**
   * Makes the accounts and their passwords, as far as they do not stand in a file from before, and
   * with the first of them the terms.
   */
  static DemoAdministrators make(WildFlyServer.Database database, String domain, Path credentials)
      throws IOException {
    Map<String, String> passwords = MadeUpPasswords.read(credentials);
    Map<String, String> all = new LinkedHashMap<>();
    try (AdministratorAccounts accounts = AdministratorAccounts.open(database, Clock.systemUTC())) {
      List<String> known = accounts.list().stream().map(Administrator::name).toList();
      if (known.isEmpty()) {
        accounts.terms(domain, TERMS);
      }
      for (Administrator administrator : of(domain)) {
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

  /**
   * How a restore is requested and confirmed here: sentences for a person.
   *
   * @param user who requests
   */
  static List<String> whatToTry(MailboxAddress user, Path mail) {
    return List.of(
        ("A restore: sign in as %s, choose a past day, and request some messages of it that are gone;"
                + " their price is shown. The letters about it are mail to admin, second-admin and"
                + " domain-admin@%s: files below %s at once, and in the webmail of each of them when"
                + " a snapshot was taken (Nights, Take a snapshot now).")
            .formatted(user, OWN_DOMAIN, mail.resolve(OWN_DOMAIN)),
        ("Confirm it: sign in to the console as domain-admin (of %s, in Italian), or as admin (of the"
                + " whole host, in English).")
            .formatted(user.domain()),
        ("Two administrators: ask for more than %d messages, the whole mailbox for one. Whoever"
                + " confirms first is the first of two; sign in as second-admin to be the other one.")
            .formatted(TERMS.secondAbove().orElseThrow()));
  }

  @Override
  public String toString() {
    return "passwords of " + passwords.keySet();
  }
}
