package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.pages.Wording;
import org.mailtimemachine.restore.terms.Money;

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

  /** The text of a key with its places filled in ({@link java.text.MessageFormat}). */
  public String of(String key, Object... values) {
    return wording().of(key, values);
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
    ResourceBundle words = words();
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
    return wording().day(date);
  }

  /** As {@code Sat 14 Nov}. */
  String shortDay(LocalDate date) {
    return wording().shortDay(date);
  }

  /** As {@code 00:00}. */
  String time(LocalDateTime time) {
    return wording().time(time);
  }

  /** As {@code Saturday 14 November 2026 09:15 CET}, in the user's zone. */
  String moment(Instant instant) {
    return wording().moment(instant);
  }

  /**
   * As short as a list needs it, seen from a day in the past: the time alone on that day, the
   * weekday with it in the week before, else the date.
   */
  String shortly(Instant instant, Instant seenFrom) {
    Wording wording = wording();
    ZonedDateTime time = wording.here(instant);
    LocalDate from = wording.here(seenFrom).toLocalDate();
    long days = ChronoUnit.DAYS.between(time.toLocalDate(), from);
    String pattern =
        days >= 0 && days < DAYS_OF_A_WEEK
            ? "EEE HH:mm"
            : time.getYear() == from.getYear() ? "d MMM HH:mm" : "d MMM uuuu";
    return wording.format(pattern).format(time);
  }

  /** As {@code 3 KB}. */
  String size(long bytes) {
    return wording().size(bytes);
  }

  /** As {@code 2.50 EUR}. */
  String money(Money money) {
    return wording().money(money.amount(), money.currency());
  }

  Locale locale() {
    return preferences.getLocale();
  }

  private Wording wording() {
    return new Wording(words(), locale(), preferences.zone());
  }

  private ResourceBundle words() {
    return ResourceBundle.getBundle(BUNDLE, locale());
  }
}
