package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Where the mail of a host is.
 *
 * @param root the directory that all Maildirs lie below; nothing outside of it is ever opened
 * @param mailboxes which of them there are
 * @param quotas what they hold and may hold
 */
public record MailboxSettings(Path root, Mailboxes mailboxes, Quotas quotas) {

  private static final String ROOT = "mtm.maildirs";
  private static final String PATTERN = "mtm.mailboxes";
  private static final String PASSWD_FILE = "mtm.mailboxes.passwd-file";
  private static final String SQL = "mtm.mailboxes.sql.url";
  private static final String DOVEADM = "mtm.mailboxes.doveadm";
  private static final String QUOTA = "mtm.quota.doveadm";
  private static final List<String> SOURCES = List.of(PATTERN, PASSWD_FILE, SQL, DOVEADM);

  /** With quotas as Maildirs have them. */
  public MailboxSettings(Path root, Mailboxes mailboxes) {
    this(root, mailboxes, Quotas.ofMaildirs());
  }

  /** The Maildirs {@code <domain>/<user>} in a root, or {@code Maildir} in these directories. */
  public static MailboxSettings inDirectories(Path root) {
    return new MailboxSettings(root, DirectoryPattern.usual());
  }

  /**
   * Reads the settings {@code mtm.maildirs}, {@code mtm.mailboxes...} and {@code mtm.quota...}; see
   * docs/operations.md.
   *
   * @param settings gives the value of a setting, where it has one
   * @return empty where no mail is configured
   * @throws IllegalArgumentException where one of them is wrong; it is named
   */
  public static Optional<MailboxSettings> of(Function<String, Optional<String>> settings) {
    Function<String, Optional<String>> set =
        name -> settings.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    Quotas quotas = quotas(set);
    return where(set).map(mail -> new MailboxSettings(mail.root, mail.mailboxes, quotas));
  }

  /**
   * The deepest directory that all mail lies below, as far as a database of users says it: above
   * the directories of their domains and their own. It is what {@code mtm.maildirs} may be set to.
   *
   * @param settings as for {@link #of}; {@code mtm.maildirs} is not asked
   * @return empty where no database is configured, or it says of nobody where his mail is
   * @throws IOException where the database cannot be asked
   * @throws IllegalArgumentException where a setting is wrong; it is named
   */
  public static Optional<Path> rootOfMail(Function<String, Optional<String>> settings)
      throws IOException {
    Function<String, Optional<String>> set =
        name -> settings.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    Optional<String> source =
        SOURCES.stream()
            .filter(name -> !name.equals(PATTERN) && set.apply(name).isPresent())
            .findFirst();
    if (source.isEmpty()) {
      return Optional.empty();
    }
    MailLocation usual = usualLocation(set);
    Optional<String> domain = set.apply("mtm.mailboxes.domain");
    return database(source.get(), set).users().stream()
        .flatMap(user -> aboveNames(user, usual, domain).stream())
        .reduce(MailboxSettings::common);
  }

  private static Optional<Path> aboveNames(
      UserDatabase.User user, MailLocation usual, Optional<String> domain) {
    try {
      MailboxAddress address = UserDatabase.address(user.name(), domain);
      Path mail = Path.of(user.mail().map(MailLocation::of).orElse(usual).of(address, user));
      Set<String> names = Set.of(address.domain(), address.localPart(), user.name());
      Path above = Path.of("/");
      for (Path name : mail.normalize()) {
        if (names.contains(name.toString())) {
          break;
        }
        above = above.resolve(name);
      }
      return Optional.of(above.equals(mail.normalize()) ? above.resolve("..").normalize() : above);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a survey with that root names the user and the cause
    }
  }

  private static Path common(Path one, Path other) {
    Path both = Path.of("/");
    for (int i = 0; i < Math.min(one.getNameCount(), other.getNameCount()); i++) {
      if (!one.getName(i).equals(other.getName(i))) {
        break;
      }
      both = both.resolve(one.getName(i));
    }
    return both;
  }

  private static MailLocation usualLocation(Function<String, Optional<String>> set) {
    return named(
        "mtm.mailboxes.mail",
        () -> MailLocation.of(set.apply("mtm.mailboxes.mail").orElse("%h/Maildir")));
  }

  private static Quotas quotas(Function<String, Optional<String>> settings) {
    return settings
        .apply(QUOTA)
        .<Quotas>map(command -> new DoveadmQuotas(doveadm(command, settings)))
        .orElseGet(Quotas::ofMaildirs);
  }

  private static Doveadm doveadm(String command, Function<String, Optional<String>> settings) {
    return new Doveadm(
        List.of(command.split("\\s+", -1)),
        named(
            "mtm.mailboxes.doveadm.timeout",
            () -> patience(settings.apply("mtm.mailboxes.doveadm.timeout").orElse("PT1M"))));
  }

  private static Optional<MailboxSettings> where(Function<String, Optional<String>> set) {
    List<String> sources = SOURCES.stream().filter(name -> set.apply(name).isPresent()).toList();
    if (sources.size() > 1) {
      throw new IllegalArgumentException(
          "only one of these can say where the mailboxes are: " + String.join(", ", sources));
    }
    Optional<Path> root = set.apply(ROOT).map(value -> absolute(ROOT, value));
    Optional<String> domain = set.apply("mtm.mailboxes.domain");
    domain.ifPresent(name -> named("mtm.mailboxes.domain", () -> new MailboxAddress("x", name)));
    if (sources.isEmpty()) {
      return root.map(MailboxSettings::inDirectories);
    }
    if (sources.contains(PATTERN)) {
      String pattern = set.apply(PATTERN).orElseThrow();
      return Optional.of(
          named(
              PATTERN,
              () -> {
                Path top = root.orElseGet(() -> DirectoryPattern.fixedFront(pattern));
                return new MailboxSettings(top, DirectoryPattern.of(top, pattern, domain));
              }));
    }
    Path top =
        root.orElseThrow(
            () ->
                new IllegalArgumentException(
                    sources.getFirst() + " wants " + ROOT + ": the root of all Maildirs"));
    UserDatabase database = database(sources.getFirst(), set);
    return Optional.of(
        new MailboxSettings(top, new UserMailboxes(database, top, usualLocation(set), domain)));
  }

  private static UserDatabase database(String source, Function<String, Optional<String>> settings) {
    String value = settings.apply(source).orElseThrow();
    return switch (source) {
      case PASSWD_FILE -> new PasswdFileUsers(absolute(PASSWD_FILE, value));
      case SQL ->
          new SqlUsers(
              value,
              settings.apply("mtm.mailboxes.sql.user"),
              settings.apply("mtm.mailboxes.sql.password"),
              settings
                  .apply("mtm.mailboxes.sql.query")
                  .orElseThrow(
                      () -> new IllegalArgumentException(SQL + " wants mtm.mailboxes.sql.query")));
      default -> new DoveadmUsers(doveadm(value, settings));
    };
  }

  private static Duration patience(String value) {
    Duration patience = Duration.parse(value);
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("'" + value + "' is no time to wait");
    }
    return patience;
  }

  private static Path absolute(String name, String value) {
    return named(
        name,
        () -> {
          Path path = Path.of(value);
          if (!path.isAbsolute()) {
            throw new IllegalArgumentException("'" + value + "' is no absolute path");
          }
          return path.normalize();
        });
  }

  private static <T> T named(String name, java.util.function.Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
