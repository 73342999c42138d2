package org.mailtimemachine.mirror.register;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mailtimemachine.mirror.AddressRules;

/**
 * What a host says about its mirrors.
 *
 * @param directory of the register, the spool and the ledgers; on the file system of the mailboxes
 * @param places where these are
 * @param users the passwd-file that Dovecot knows the mailboxes of mirrors by; without one no
 *     mailbox can be made
 * @param addresses which addresses mean the same mailbox
 * @param limit how many mirrors in force a domain may have
 * @param limits of domains for which it is another number
 */
public record MirrorSettings(
    Path directory,
    MailboxPlaces places,
    Optional<Path> users,
    AddressRules addresses,
    int limit,
    Map<String, Integer> limits) {

  private static final String DIRECTORY = "mtm.mirror.directory";
  private static final String PATTERN = "mtm.mirror.mailboxes";
  private static final String USERS = "mtm.mirror.users";
  private static final String DELIMITER = "mtm.mirror.recipient-delimiter";
  private static final String ALIASES = "mtm.mirror.alias-domains";
  private static final String LIMIT = "mtm.mirror.limit";
  private static final String LIMITS = "mtm.mirror.limits";
  private static final int USUAL_LIMIT = 100;
  private static final int MOST = 1_000_000;

  public MirrorSettings {
    limits = Map.copyOf(limits);
  }

  /**
   * Reads the settings {@code mtm.mirror...}; see docs/operations.md.
   *
   * @param settings gives the value of a setting, where it has one
   * @return empty where the host has no mirrors
   * @throws IllegalArgumentException where one is wrong; it is named
   */
  public static Optional<MirrorSettings> of(Function<String, Optional<String>> settings) {
    Function<String, Optional<String>> set =
        name -> settings.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    return set.apply(DIRECTORY).map(directory -> of(directory, set));
  }

  private static MirrorSettings of(String directory, Function<String, Optional<String>> set) {
    return new MirrorSettings(
        absolute(DIRECTORY, directory),
        places(set),
        set.apply(USERS).map(value -> absolute(USERS, value)),
        addresses(set),
        limit(LIMIT, set.apply(LIMIT).orElse(Integer.toString(USUAL_LIMIT))),
        limits(set));
  }

  private static MailboxPlaces places(Function<String, Optional<String>> set) {
    for (String name : new String[] {PATTERN, "mtm.mailboxes"}) {
      Optional<String> pattern = set.apply(name);
      if (pattern.isPresent()) {
        return named(name, () -> MailboxPlaces.of(pattern.get()));
      }
    }
    return set.apply("mtm.maildirs")
        .map(root -> MailboxPlaces.in(absolute("mtm.maildirs", root)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    PATTERN + ": not set: where are mailboxes of mirrors? As /var/vmail/%d/%n"));
  }

  private static AddressRules addresses(Function<String, Optional<String>> set) {
    String separators = set.apply(DELIMITER).orElse(AddressRules.USUAL.separators());
    if (!separators.matches("none|[-+=#.!]{1,5}")) {
      throw new IllegalArgumentException(
          DELIMITER + ": '%s' is none of + - = # . ! and not none".formatted(separators));
    }
    return named(
        ALIASES,
        () -> new AddressRules(separators.equals("none") ? "" : separators, pairs(ALIASES, set)));
  }

  private static Map<String, Integer> limits(Function<String, Optional<String>> set) {
    Map<String, Integer> limits = new LinkedHashMap<>();
    pairs(LIMITS, set).forEach((domain, value) -> limits.put(domain, limit(LIMITS, value)));
    return limits;
  }

  /** {@code a=b, c=d}. */
  private static Map<String, String> pairs(String name, Function<String, Optional<String>> set) {
    Map<String, String> pairs = new LinkedHashMap<>();
    Arrays.stream(set.apply(name).orElse("").split("[,\\s]+", -1))
        .filter(pair -> !pair.isEmpty())
        .forEach(
            pair -> {
              String[] both = pair.toLowerCase(Locale.ROOT).split("=", -1);
              if (both.length != 2 || both[0].isEmpty() || both[1].isEmpty()) {
                throw new IllegalArgumentException(
                    "%s: '%s' does not have the form domain=value".formatted(name, pair));
              }
              if (pairs.put(both[0], both[1]) != null) {
                throw new IllegalArgumentException("%s: %s twice".formatted(name, both[0]));
              }
            });
    return pairs;
  }

  private static int limit(String name, String value) {
    if (!value.matches("[0-9]{1,7}") || Integer.parseInt(value) > MOST) {
      throw new IllegalArgumentException(
          "%s: '%s' is no number from 0 to %d".formatted(name, value, MOST));
    }
    return Integer.parseInt(value);
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

  private static <T> T named(String name, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  /** How many mirrors in force a domain may have. */
  public int limit(String domain) {
    return limits.getOrDefault(addresses.domain(domain), limit);
  }
}
