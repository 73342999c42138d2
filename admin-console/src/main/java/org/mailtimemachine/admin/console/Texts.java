package org.mailtimemachine.admin.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.Currency;
import java.util.Optional;
import java.util.ResourceBundle;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.pages.Wording;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.snapshot.SnapshotName;

/** Words, dates and sizes in the administrator's language. */
@Named("texts")
@RequestScoped
public class Texts {

  private static final String BUNDLE = "org.mailtimemachine.admin.console.console";

  @Inject private Preferences preferences;

  /** The text of a key with its places filled in. */
  public String of(String key, Object... values) {
    return wording().of(key, values);
  }

  /** Whether there is such a text: a key that comes from an address may be none. */
  boolean has(String key) {
    return words().containsKey(key);
  }

  /** As {@code 14 Nov 2026 09:15}. */
  public String moment(Instant instant) {
    return wording().shortMoment(instant);
  }

  /** As {@code Saturday 14 November 2026 09:15 CET}. */
  public String longMoment(Instant instant) {
    return wording().moment(instant);
  }

  /** As {@code Saturday 14 November 2026, 00:00}. */
  public String day(SnapshotName name) {
    return wording().day(name.date()) + ", " + wording().time(name.time());
  }

  /** As {@code Sat 14 Nov, 00:00}. */
  public String shortDay(SnapshotName name) {
    return wording().shortDay(name.date()) + ", " + wording().time(name.time());
  }

  /** As {@code Saturday 14 November 2026}. */
  String date(LocalDate date) {
    return wording().day(date);
  }

  /** Whose clock all times are of, as {@code Europe/Rome, Central European Time}. */
  public String getZone() {
    ZoneId zone = preferences.zone();
    return zone.getId() + ", " + zone.getDisplayName(TextStyle.FULL, preferences.getLocale());
  }

  /** As {@code 3 KB}. */
  public String size(long bytes) {
    return wording().size(bytes);
  }

  /** What a mailbox holds, and may hold. */
  String quota(Optional<Quota> quota) {
    return quota
        .map(
            each ->
                wording()
                    .quota(each.bytes(), each.mostBytes(), each.messages(), each.mostMessages()))
        .orElseGet(() -> of("quota.unknown"));
  }

  /** As {@code 2.50 EUR}; in words where it is nothing. */
  public String money(Money money) {
    return money.isNothing()
        ? of("money.nothing")
        : wording().money(money.amount(), money.currency());
  }

  /** As {@code 0.005 EUR}, with as many digits as it needs. */
  String money(BigDecimal amount, Currency currency) {
    int digits = Math.max(currency.getDefaultFractionDigits(), amount.stripTrailingZeros().scale());
    return wording().money(amount.setScale(digits, RoundingMode.UNNECESSARY), currency);
  }

  /** A Folder by its whole path. */
  public String folder(FolderName name) {
    return name.equals(FolderName.INBOX) ? of("folder.inbox") : name.text();
  }

  private Wording wording() {
    return new Wording(words(), preferences.getLocale(), preferences.zone());
  }

  private ResourceBundle words() {
    return ResourceBundle.getBundle(BUNDLE, preferences.getLocale());
  }
}
