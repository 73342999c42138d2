package org.mailtimemachine.web.calendar;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A recurrence rule (RFC 5545, 3.3.10), its parts by their upper case names. */
record Rule(Map<String, String> parts) {

  static Rule of(String value) {
    Map<String, String> parts = new HashMap<>();
    for (String part : value.strip().toUpperCase(Locale.ROOT).split(";", 20)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.putIfAbsent(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return new Rule(Map.copyOf(parts));
  }

  /** Empty text where the rule has no such part. */
  String part(String name) {
    return parts.getOrDefault(name, "");
  }

  /** A number of at most four digits; the given one where there is none. */
  int number(String name, int otherwise) {
    String value = part(name);
    return value.matches("[0-9]{1,4}") ? Integer.parseInt(value) : otherwise;
  }
}
