package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the configuration of a Dovecot, 2.3 or 2.4, says of its users and of where their mail is.
 */
public final class DovecotHost {

  /** {@code %{user | domain}} of 2.4, and {@code %{domain}} of late 2.3. */
  private static final Pattern LONG_VARIABLE = Pattern.compile("%\\{([^}]*)\\}");

  private static final long LONGEST_SQL_FILE = 1 << 20;

  private final DovecotConfiguration configuration;

  private DovecotHost(DovecotConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Reads it.
   *
   * @param doveconf what {@code doveconf -n} printed
   */
  public static DovecotHost of(String doveconf) {
    return new DovecotHost(DovecotConfiguration.parse(doveconf));
  }

  /**
   * A way to find the mailboxes; whether it finds any has to be tried.
   *
   * @param words for people
   * @param settings that say so to Mail Time Machine, without {@code mtm.maildirs}
   */
  public record Source(String words, Map<String, String> settings) {

    public Source {
      settings = new LinkedHashMap<>(settings);
    }
  }

  /** Its version, where the first line says it. */
  public Optional<String> version() {
    return configuration.version();
  }

  /**
   * The ways to find the mailboxes, the best first: a passwd-file where it is all there is, what
   * the running Dovecot says, the pattern of a static userdb or of the location of mail.
   *
   * @param doveadm where the program is, if this machine has it
   */
  public List<Source> sources(Optional<Path> doveadm) {
    List<Source> sources = new ArrayList<>();
    List<DovecotConfiguration.Block> databases = configuration.blocks("userdb");
    if (databases.size() == 1) {
      passwdFile(databases.getFirst()).ifPresent(sources::add);
    }
    doveadm.ifPresent(
        program ->
            sources.add(
                new Source(
                    "the users that Dovecot names (%s user)".formatted(program),
                    withMail(Map.of("mtm.mailboxes.doveadm", program.toString())))));
    for (DovecotConfiguration.Block database : databases) {
      home(database)
          .flatMap(this::inHome)
          .ifPresent(pattern -> sources.add(pattern("userdb " + driver(database), pattern)));
    }
    location()
        .filter(path -> path.startsWith("/") && path.contains("%"))
        .ifPresent(pattern -> sources.add(pattern("the location of mail", pattern)));
    return sources;
  }

  private static Source pattern(String whence, String pattern) {
    return new Source(
        "directories like %s (%s)".formatted(pattern, whence), Map.of("mtm.mailboxes", pattern));
  }

  private Optional<Source> passwdFile(DovecotConfiguration.Block database) {
    if (!driver(database).equals("passwd-file")) {
      return Optional.empty();
    }
    return Stream.concat(
            Stream.of(database.value("passwd_file_path")),
            Stream.of(database.value("args").split("\\s+")))
        .filter(word -> word.startsWith("/") && !word.contains("%"))
        .findFirst()
        .map(
            file ->
                new Source(
                    "the passwd-file " + file,
                    withMail(Map.of("mtm.mailboxes.passwd-file", file))));
  }

  private Map<String, String> withMail(Map<String, String> source) {
    Map<String, String> settings = new LinkedHashMap<>(source);
    location()
        .filter(path -> !path.equals("%h/Maildir"))
        .ifPresent(path -> settings.put("mtm.mailboxes.mail", path));
    configuration
        .setting("auth_default_realm")
        .or(() -> configuration.setting("auth_default_domain"))
        .filter(realm -> !realm.isEmpty())
        .ifPresent(realm -> settings.put("mtm.mailboxes.domain", realm));
    return settings;
  }

  private static String driver(DovecotConfiguration.Block database) {
    return database.setting("driver").orElse(database.name());
  }

  /** The home that a userdb gives to everybody: {@code args = uid=vmail home=/var/vmail/%d/%n}. */
  private static Optional<String> home(DovecotConfiguration.Block database) {
    if (!driver(database).equals("static")) {
      return Optional.empty();
    }
    return Stream.concat(
            Stream.of(database.value("args").split("\\s+"))
                .filter(word -> word.startsWith("home="))
                .map(word -> word.substring("home=".length())),
            database.all().flatMap(block -> block.setting("home").stream()))
        .map(DovecotHost::shortVariables)
        .findFirst();
  }

  private Optional<String> inHome(String home) {
    String mail = location().orElse("%h/Maildir");
    return Optional.of(mail.startsWith("%h") ? home + mail.substring(2) : mail)
        .filter(path -> path.startsWith("/"));
  }

  /**
   * Where mail lies, by the letters of 2.3 and with the home as {@code %h}; its options left out.
   */
  private Optional<String> location() {
    return MailLocation.of(configuration).stream()
        .filter(location -> location.driver().equals("maildir") || location.driver().isEmpty())
        .map(location -> shortVariables(location.path()))
        .map(path -> path.startsWith("~/") ? "%h" + path.substring(1) : path)
        .filter(path -> path.startsWith("/") || path.startsWith("%h"))
        .findFirst();
  }

  private static String shortVariables(String text) {
    Matcher matcher = LONG_VARIABLE.matcher(text);
    StringBuilder words = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1).replaceAll("\\s", "");
      boolean lower = name.contains("|lower");
      String letter =
          switch (name.replace("|lower", "")) {
            case "user" -> "u";
            case "username", "user|username" -> "n";
            case "domain", "user|domain" -> "d";
            case "home" -> "h";
            default -> "";
          };
      matcher.appendReplacement(
          words,
          Matcher.quoteReplacement(
              letter.isEmpty() ? matcher.group() : (lower ? "%L" : "%") + letter));
    }
    return matcher.appendTail(words).toString();
  }

  /** Whether mail is kept in another form than Maildirs, which form. */
  public Optional<String> otherForm() {
    return MailLocation.of(configuration).stream()
        .map(MailLocation::driver)
        .filter(driver -> !driver.isEmpty() && !driver.equals("maildir"))
        .findFirst();
  }

  /** Whether Dovecot counts quotas. */
  public boolean countsQuota() {
    return configuration.mailPlugins().contains("quota");
  }

  /** Whether it speaks TLS. */
  public boolean speaksTls() {
    return !configuration.setting("ssl").orElse("yes").equals("no") && certificate().isPresent();
  }

  /** The file with its certificate. */
  public Optional<Path> certificate() {
    return configuration
        .setting("ssl_cert")
        .or(() -> configuration.setting("ssl_server_cert_file"))
        .map(value -> value.startsWith("<") ? value.substring(1).strip() : value)
        .filter(value -> value.startsWith("/"))
        .map(Path::of);
  }

  /** Which administration the users come from, as its tables tell, where they are in SQL. */
  public Optional<String> schema() {
    StringBuilder queries = new StringBuilder();
    for (DovecotConfiguration.Block database : configuration.blocks("userdb")) {
      database.all().forEach(block -> block.settings().values().forEach(queries::append));
      Stream.of(database.value("args").split("\\s+"))
          .filter(word -> word.startsWith("/"))
          .map(DovecotHost::readable)
          .forEach(queries::append);
    }
    String text = queries.toString();
    if (text.contains("storagebasedirectory")) {
      return Optional.of("iRedMail");
    }
    if (text.contains("mailbox_path_prefix")) {
      return Optional.of("mailcow");
    }
    if (text.contains("virtual_users")) {
      return Optional.of("ISPmail (virtual_users)");
    }
    return text.matches("(?s).*\\bFROM\\s+mailbox\\b.*") || text.matches("(?s).*\\bmaildir\\b.*")
        ? Optional.of("PostfixAdmin (mailbox)")
        : Optional.empty();
  }

  private static String readable(String file) {
    try {
      Path path = Path.of(file);
      return Files.isRegularFile(path) && Files.size(path) < LONGEST_SQL_FILE
          ? new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      return ""; // whoever may not read it is told less
    }
  }
}
