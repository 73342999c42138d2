package org.mailtimemachine.web.mailbox;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * What can be preferred, each with the values that are allowed: only they are ever kept, and only
 * they ever come into a page.
 */
enum Preference {
  /** {@code auto} is what the browser asks for. */
  LANGUAGE("auto", "auto|en|it"),
  /** A name of the time zone database; {@code auto} is where the browser says it is. */
  ZONE("auto", "auto|[A-Za-z0-9/_+-]{1,50}") {
    @Override
    boolean allows(String value) {
      return super.allows(value)
          && (value.equals(usual()) || ZoneId.getAvailableZoneIds().contains(value));
    }
  },
  THEME("auto", "auto|light|dark"),
  /** Three columns; the message under the list; the list alone until a message is opened. */
  LAYOUT("widescreen", "widescreen|desktop|list"),
  /** Messages on a page. */
  ROWS("50", "50|100"),
  SORT("date", "date|from|subject|size"),
  ORDER("desc", "asc|desc"),
  /** Whether each line of the list shows the size of its message, its labels, its first words. */
  SIZE("off", "on|off"),
  LABELS("on", "on|off"),
  PREVIEW("off", "on|off"),
  /** Width of the folder pane, in CSS pixels. */
  FOLDERS("248", 160, 600),
  /** Width of the list beside a message, in CSS pixels. */
  LIST("372", 240, 1200),
  /** Height of the list above a message, in hundredths of the window. */
  TOP("42", 15, 80),
  /** Size of the letters of a message, in hundredths. */
  ZOOM("100", 50, 300);

  private static final String NUMBER = "[1-9][0-9]{0,3}";

  private final String usual;
  private final String pattern;
  private final int least;
  private final int most;

  Preference(String usual, String pattern) {
    this(usual, pattern, 0, 0);
  }

  Preference(String usual, int least, int most) {
    this(usual, "", least, most);
  }

  Preference(String usual, String pattern, int least, int most) {
    this.usual = usual;
    this.pattern = pattern;
    this.least = least;
    this.most = most;
  }

  /** What holds for somebody who chose nothing. */
  String usual() {
    return usual;
  }

  boolean allows(String value) {
    if (!pattern.isEmpty()) {
      return value.matches(pattern);
    }
    return value.matches(NUMBER)
        && Integer.parseInt(value) >= least
        && Integer.parseInt(value) <= most;
  }

  /** Its name in texts, forms and scripts. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Preference> named(String word) {
    for (Preference preference : values()) {
      if (preference.word().equals(word)) {
        return Optional.of(preference);
      }
    }
    return Optional.empty();
  }
}
