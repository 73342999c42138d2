package org.mailtimemachine.admin.nights;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;
import org.mailtimemachine.snapshot.Retention;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * What the settings say of the nights.
 *
 * @param zone of the host
 * @param host empty where this server takes none
 */
record NightSettings(ZoneId zone, Optional<Nights.Host> host) {

  /**
   * Reads them.
   *
   * @param settings gives the value of a setting, where it has one
   * @throws IllegalArgumentException where one is wrong; it is named
   */
  static NightSettings of(Function<String, Optional<String>> settings) {
    ZoneId zone =
        settings.apply("mtm.zone").map(NightSettings::zone).orElse(ZoneId.systemDefault());
    Optional<MailboxSettings> mail = MailboxSettings.of(settings);
    String nights = settings.apply("mtm.nights").orElse("on");
    if (!nights.equals("on") && !nights.equals("off")) {
      throw new IllegalArgumentException("mtm.nights must be on or off, not '" + nights + "'");
    }
    if (nights.equals("off")) {
      return new NightSettings(zone, Optional.empty());
    }
    return new NightSettings(
        zone,
        mail.map(
            found ->
                new Nights.Host(
                    found,
                    Path.of(
                        settings
                            .apply("mtm.store")
                            .orElseThrow(
                                () -> new IllegalArgumentException("mtm.store is not set"))),
                    settings.apply("mtm.store.strategy").map(NightSettings::strategy),
                    retention(settings))));
  }

  private static Retention retention(Function<String, Optional<String>> settings) {
    return new Retention(
        number(settings, "mtm.retention.days", Retention.DEFAULT.days()),
        number(settings, "mtm.retention.weekly", Retention.DEFAULT.weekly()),
        number(settings, "mtm.retention.monthly", Retention.DEFAULT.monthly()));
  }

  private static int number(
      Function<String, Optional<String>> settings, String name, int otherwise) {
    String value = settings.apply(name).orElse(Integer.toString(otherwise));
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is no number: " + value, e);
    }
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("mtm.zone: " + e.getMessage(), e);
    }
  }

  private static StorageStrategy strategy(String name) {
    return StorageStrategy.of(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "mtm.store.strategy: unknown strategy '" + name + "'"));
  }
}
