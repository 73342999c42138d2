package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/** Words, dates and sizes in the user's language and time zone. */
@Named("texts")
@RequestScoped
public class Texts {

  private static final String BUNDLE = "org.mailtimemachine.web.mailbox.webmail";
  private static final int DAYS_OF_A_WEEK = 7;

  /** Labels with which programs remember something; to a reader they are noise. */
  private static final Set<String> OF_PROGRAMS =
      Set.of(
          "$mdnsent",
          "$hasattachment",
          "$hasnoattachment",
          "$notjunk",
          "nonjunk",
          "notjunk",
          "$submitted",
          "$submitpending");

  @Inject private Preferences preferences;

  /** The text of a key with its places filled in ({@link MessageFormat}). */
  public String of(String key, Object... values) {
    String pattern = ResourceBundle.getBundle(BUNDLE, locale()).getString(key);
    return new MessageFormat(pattern, locale()).format(values);
  }

  /** A Folder by its whole path. */
  String folder(FolderName name) {
    return name.equals(FolderName.INBOX) ? of("folder.inbox") : name.text();
  }

  /**
   * The word for a well-known label, as {@code Important} for {@code $Important} (the keywords that
   * IANA registered for IMAP, and the five of Thunderbird); any other label as its owner wrote it.
   */
  String label(String keyword) {
    String key = "label." + keyword.toLowerCase(Locale.ROOT);
    ResourceBundle words = ResourceBundle.getBundle(BUNDLE, locale());
    return words.containsKey(key) ? words.getString(key) : keyword;
  }

  /** The words for the labels of a message, without those that programs set for themselves. */
  List<String> labels(List<String> keywords) {
    return keywords.stream()
        .filter(keyword -> !OF_PROGRAMS.contains(keyword.toLowerCase(Locale.ROOT)))
        .map(this::label)
        .toList();
  }

  /** As {@code Saturday 14 November 2026}. */
  String day(LocalDate date) {
    return DateTimeFormatter.ofPattern("EEEE d MMMM uuuu", locale()).format(date);
  }

  /** As {@code Sat 14 Nov}. */
  String shortDay(LocalDate date) {
    return DateTimeFormatter.ofPattern("EEE d MMM", locale()).format(date);
  }

  /** As {@code 00:00}. */
  String time(LocalDateTime time) {
    return DateTimeFormatter.ofPattern("HH:mm", locale()).format(time);
  }

  /** As {@code Saturday 14 November 2026 09:15 CET}, in the user's zone. */
  String moment(Instant instant) {
    return DateTimeFormatter.ofPattern("EEEE d MMMM uuuu HH:mm zzz", locale())
        .format(here(instant));
  }

  /**
   * As short as a list needs it, seen from a day in the past: the time alone on that day, the
   * weekday with it in the week before, else the date.
   */
  String shortly(Instant instant, Instant seenFrom) {
    ZonedDateTime time = here(instant);
    LocalDate from = here(seenFrom).toLocalDate();
    long days = ChronoUnit.DAYS.between(time.toLocalDate(), from);
    String pattern =
        days >= 0 && days < DAYS_OF_A_WEEK
            ? "EEE HH:mm"
            : time.getYear() == from.getYear() ? "d MMM HH:mm" : "d MMM uuuu";
    return DateTimeFormatter.ofPattern(pattern, locale()).format(time);
  }

  /** As {@code 3 KB}. */
  String size(long bytes) {
    String[] units = {"B", "KB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    boolean fraction = unit > 0 && value < 10 && Math.round(value * 10) % 10 != 0;
    return String.format(locale(), fraction ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  Locale locale() {
    return preferences.getLocale();
  }

  private ZonedDateTime here(Instant instant) {
    return instant.atZone(preferences.zone());
  }
}
