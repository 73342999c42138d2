package org.mailtimemachine.command.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where Dovecot keeps the mail of all users or of one namespace, in the words of 2.3: {@code
 * maildir:~/Maildir:LAYOUT=fs}.
 *
 * @param where the setting that says it, for people
 * @param driver in lower case; empty where Dovecot finds out by itself
 * @param options by their names of 2.3
 */
record MailLocation(String where, String driver, String path, Map<String, String> options) {

  /** The options of 2.3 by the settings of 2.4. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "mailbox_list_layout", "LAYOUT",
          "mail_control_path", "CONTROL",
          "mail_index_path", "INDEX",
          "mail_inbox_path", "INBOX",
          "mailbox_directory_name", "DIRNAME");

  /** All that the configuration names; those of users in their userdb are not seen. */
  static List<MailLocation> of(DovecotConfiguration configuration) {
    List<MailLocation> locations = new ArrayList<>();
    configuration
        .setting("mail_location")
        .filter(location -> !location.isEmpty())
        .ifPresent(location -> locations.add(parse("mail_location", location)));
    if (configuration.setting("mail_driver").isPresent()) {
      locations.add(
          ofSettings(
              "mail_driver", configuration.setting("mail_driver").get(), configuration::setting));
    }
    for (DovecotConfiguration.Block namespace : configuration.blocks("namespace")) {
      namespace
          .setting("location")
          .filter(location -> !location.isEmpty())
          .ifPresent(location -> locations.add(parse("location of " + namespace, location)));
      namespace
          .setting("mail_driver")
          .ifPresent(
              driver ->
                  locations.add(
                      ofSettings("mail_driver of " + namespace, driver, namespace::setting)));
    }
    return locations;
  }

  private static MailLocation parse(String where, String location) {
    String[] parts = location.split(":", -1);
    Map<String, String> options = new TreeMap<>();
    for (int i = 2; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      options.put(
          equals < 0 ? parts[i] : parts[i].substring(0, equals),
          equals < 0 ? "yes" : parts[i].substring(equals + 1));
    }
    boolean named = parts.length > 1;
    return new MailLocation(
        where,
        named ? parts[0].toLowerCase(Locale.ROOT) : "",
        named ? parts[1] : parts[0],
        options);
  }

  private interface Settings {
    Optional<String> get(String key);
  }

  private static MailLocation ofSettings(String where, String driver, Settings settings) {
    Map<String, String> options = new TreeMap<>();
    SETTINGS.forEach(
        (key, option) ->
            settings
                .get(key)
                .filter(value -> !value.isEmpty())
                .ifPresent(value -> options.put(option, value)));
    return new MailLocation(
        where, driver.toLowerCase(Locale.ROOT), settings.get("mail_path").orElse(""), options);
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }
}
