package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.search.Compared;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The bar that always says which day is looked at, and leads to the others. */
@Named("dayBar")
@RequestScoped
public class DayBar {

  private static final Duration PUNCTUAL = Duration.ofMinutes(5);

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private WantedPlace wanted;
  @Inject private Texts texts;
  @Inject private Preferences preferences;

  /** Oldest first. */
  private List<SnapshotSummary> snapshots = List.of();

  private int current = -1;

  @PostConstruct
  void find() {
    snapshots =
        catalogue.snapshots(signedIn.address()).stream()
            .sorted(Comparator.comparing(SnapshotSummary::name))
            .toList();
    Optional<SnapshotName> day = wanted.place().day();
    current = day.map(this::lastUntil).orElse(snapshots.size() - 1);
  }

  /** Where no Snapshot has that name, the last one before it; else the oldest. */
  private int lastUntil(SnapshotName day) {
    int found = 0;
    for (int i = 0; i < snapshots.size(); i++) {
      if (snapshots.get(i).name().compareTo(day) <= 0) {
        found = i;
      }
    }
    return snapshots.isEmpty() ? -1 : found;
  }

  /** Every Snapshot, oldest first. */
  List<SnapshotSummary> all() {
    return snapshots;
  }

  /** The Snapshot that is looked at; empty where the Mailbox has none at all. */
  Optional<SnapshotSummary> snapshot() {
    return at(current);
  }

  /**
   * The newest Snapshot that can be looked at: what the Mailbox is like now, as far as is known.
   */
  Optional<SnapshotSummary> newest() {
    return snapshots.reversed().stream().filter(SnapshotSummary::indexed).findFirst();
  }

  /** Where the user stands, its day made out. */
  Place place() {
    return snapshot().map(found -> wanted.place().withDay(found.name())).orElse(wanted.place());
  }

  /** How the messages that are listed differ from those of another day, where they do. */
  Optional<Comparison> comparison() {
    return snapshot()
        .flatMap(
            day -> {
              Place place = wanted.place();
              return Compared.comparison(place.gone(), place.compared(), day.name(), snapshots);
            });
  }

  public MailboxAddress getMailbox() {
    return signedIn.address();
  }

  /** As {@code Your mailbox on Saturday 14 November 2026, 00:00}. */
  public String getSentence() {
    return isNone() ? getMoment() : texts.of("day.lead") + " " + getMoment();
  }

  /** As {@code Saturday 14 November 2026, 00:00}; or that there is no Snapshot at all. */
  public String getMoment() {
    return moment("day.moment", texts::day);
  }

  /** As {@code Sat 14 Nov 2026, 00:00}. */
  public String getShortMoment() {
    return moment("day.short", date -> texts.shortDay(date) + " " + date.getYear());
  }

  private String moment(String key, Function<LocalDate, String> day) {
    return snapshot()
        .map(SnapshotSummary::name)
        .map(name -> texts.of(key, day.apply(name.date()), texts.time(name.time())))
        .orElseGet(() -> texts.of("day.none"));
  }

  /** Set where it was not taken at the time that its name says, as after a night without power. */
  public @Nullable String getTakenAt() {
    return snapshot()
        .flatMap(found -> otherTime(found, preferences.hostZone()))
        .map(
            time ->
                snapshot().filter(s -> s.name().date().equals(time.toLocalDate())).isPresent()
                    ? texts.of("day.taken", texts.time(time))
                    : texts.of("day.taken.on", texts.day(time.toLocalDate()), texts.time(time)))
        .orElse(null);
  }

  /**
   * When a Snapshot was taken, on the host's clock; empty where that is what it is called, give or
   * take five minutes. A day that begins at 01:00 is called 00:00 and taken at 01:00: that is no
   * other time.
   */
  static Optional<LocalDateTime> otherTime(SnapshotSummary snapshot, ZoneId host) {
    Instant named = snapshot.name().time().atZone(host).toInstant();
    return Duration.between(named, snapshot.takenAt()).abs().compareTo(PUNCTUAL) < 0
        ? Optional.empty()
        : Optional.of(LocalDateTime.ofInstant(snapshot.takenAt(), host));
  }

  /** Set where the address named a day of which there is no Snapshot. */
  public boolean isInstead() {
    Optional<SnapshotName> day = wanted.place().day();
    return day.isPresent() && !day.equals(snapshot().map(SnapshotSummary::name));
  }

  /** The name of the Snapshot that is looked at, or an empty string. */
  public String getName() {
    return snapshot().map(found -> found.name().text()).orElse("");
  }

  public boolean isIndexed() {
    return snapshot().map(SnapshotSummary::indexed).orElse(true);
  }

  public boolean isNone() {
    return snapshots.isEmpty();
  }

  /** How far the Catalogue is: Snapshots that can be looked at, of how many. */
  public String getProgress() {
    return texts.of("day.progress", indexed(), snapshots.size());
  }

  public long getPercent() {
    return snapshots.isEmpty() ? 0 : 100 * indexed() / snapshots.size();
  }

  /** The place on the day before, or nothing on the oldest one. */
  public @Nullable String getPrevious() {
    return at(current - 1).map(this::url).orElse(null);
  }

  /** The place on the day after, or nothing on the newest one. */
  public @Nullable String getNext() {
    return at(current + 1).map(this::url).orElse(null);
  }

  public @Nullable LocalDate getDate() {
    return snapshot().map(found -> found.name().date()).orElse(null);
  }

  public @Nullable LocalDate getOldest() {
    return at(0).map(found -> found.name().date()).orElse(null);
  }

  public @Nullable LocalDate getNewest() {
    return at(snapshots.size() - 1).map(found -> found.name().date()).orElse(null);
  }

  /** The dates that can be chosen. */
  public List<LocalDate> getDates() {
    return snapshots.stream().map(found -> found.name().date()).distinct().toList();
  }

  /**
   * For the calendar's script: each date with the Snapshot that it opens, the nightly one where
   * there is one, as {@code 2026-11-14=2026-11-14 2026-11-15=2026-11-15T0930}.
   */
  public String getChoices() {
    return getDates().stream().map(date -> date + "=" + of(date)).collect(Collectors.joining(" "));
  }

  /** The names of all Snapshots, oldest first: where a key for the day before or after leads. */
  public String getNames() {
    return snapshots.stream().map(found -> found.name().text()).collect(Collectors.joining(" "));
  }

  /** Set where it is of midnight: what somebody who looks for mail of that day must know. */
  public boolean isMidnight() {
    return snapshot().filter(found -> found.name().nightly()).isPresent();
  }

  private SnapshotName of(LocalDate date) {
    return snapshots.stream()
        .map(SnapshotSummary::name)
        .filter(name -> name.date().equals(date))
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private String url(SnapshotSummary other) {
    return wanted.place().withDay(other.name()).url();
  }

  private long indexed() {
    return snapshots.stream().filter(SnapshotSummary::indexed).count();
  }

  private Optional<SnapshotSummary> at(int index) {
    return index < 0 || index >= snapshots.size()
        ? Optional.empty()
        : Optional.of(snapshots.get(index));
  }
}
