package org.mailtimemachine.admin.letters;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.desk.Correspondence;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Letter;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.Holds;

/**
 * Finds out to whom notices go, and sends the letters that are due: after a failure again and
 * again, with growing pauses, for three days. For one thread at a time.
 */
final class LetterRound {

  private static final System.Logger LOG = System.getLogger(LetterRound.class.getName());

  /** As mail servers do it: soon at first, then every four hours. */
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(4));

  private static final Duration LONGEST = Duration.ofDays(3);

  /** A server that died while it sent has held a letter for so long at most. */
  private static final Duration TURN = Duration.ofMinutes(30);

  private static final int AT_ONCE = 20;

  private final LetterSettings settings;
  private final AdministratorsToTell administrators;
  private final Correspondence correspondence;
  private final RequestBook book;
  private final Holds holds;
  private final Openings openings;
  private final RestoreDesk desk;
  private final AuditLog audit;
  private final InstantSource clock;
  private final LetterWriter writer;

  LetterRound(
      LetterSettings settings,
      AdministratorsToTell administrators,
      Correspondence correspondence,
      RequestBook book,
      Holds holds,
      Openings openings,
      RestoreDesk desk,
      AuditLog audit,
      InstantSource clock) {
    this.settings = settings;
    this.administrators = administrators;
    this.correspondence = correspondence;
    this.book = book;
    this.holds = holds;
    this.openings = openings;
    this.desk = desk;
    this.audit = audit;
    this.clock = clock;
    this.writer = new LetterWriter(settings);
  }

  /** Sends what is due now. */
  void go() {
    correspondence.unaddressed(AT_ONCE).forEach(this::address);
    if (settings.smtp().isEmpty()) {
      return;
    }
    Postbox postbox = new Postbox(settings.smtp().get(), settings.from(), settings.zone());
    for (int sent = 0; sent < AT_ONCE; sent++) {
      // One at a time: a server that is slow must not hold the others for longer than their turn.
      Instant now = clock.instant();
      List<Letter> next = correspondence.take(now, now.plus(TURN), 1);
      if (next.isEmpty()) {
        return;
      }
      send(next.getFirst(), postbox);
    }
  }

  private void send(Letter letter, Postbox postbox) {
    UUID subject = letter.notice().subject();
    switch (letter.notice().kind()) {
      case HOLD_LIFTED ->
          holds
              .find(subject)
              .ifPresent(hold -> send(letter, hold.subject(), () -> write(letter, hold), postbox));
      case MESSAGE_OPENED ->
          openings
              .find(subject)
              .ifPresent(
                  opening ->
                      send(letter, opening.mailbox().toString(), () -> write(opening), postbox));
      default -> book.find(subject).ifPresent(request -> settle(letter, request, postbox));
    }
  }

  private void address(Notice notice) {
    // Where no server is set nobody is told, and what nobody was told is not told a year later.
    boolean needless =
        book.find(notice.subject()).filter(request -> needless(notice.kind(), request)).isPresent();
    Set<String> recipients = needless || settings.smtp().isEmpty() ? Set.of() : recipients(notice);
    if (recipients.isEmpty() && settings.smtp().isPresent() && !needless) {
      LOG.log(
          Level.WARNING,
          "Nobody is told by mail of {0} ({1}): mtm.mail.administrators is not set, and no"
              + " administrator has an address",
          notice.subject(),
          notice.kind());
    }
    correspondence.address(notice, recipients, clock.instant());
  }

  /**
   * Whether nobody needs to know it any more: a user may ask and withdraw in a moment, again and
   * again.
   */
  private boolean needless(Notice.Kind kind, FiledRequest request) {
    return switch (kind) {
      case REQUESTED, FIRST_CONFIRMED -> request.state() == RequestState.WITHDRAWN;
      case WITHDRAWN -> !correspondence.told(new Notice(request.id(), Notice.Kind.REQUESTED));
      case SELF_CONFIRMED,
          DONE,
          FAILED,
          HINDERED,
          TAKEN_BACK,
          REJECTED,
          LAPSED,
          HOLD_LIFTED,
          MESSAGE_OPENED ->
          false;
    };
  }

  private Set<String> recipients(Notice notice) {
    if (notice.kind() == Notice.Kind.HOLD_LIFTED) {
      Set<String> recipients = new TreeSet<>(settings.administrators());
      recipients.addAll(administrators.ofHost().keySet());
      return recipients;
    }
    if (notice.kind() == Notice.Kind.MESSAGE_OPENED) {
      return openings
          .find(notice.subject())
          .map(opening -> Set.of(opening.mailbox().toString()))
          .orElse(Set.of());
    }
    return book.find(notice.subject())
        .map(request -> recipients(notice.kind(), request))
        .orElse(Set.of());
  }

  private Set<String> recipients(Notice.Kind kind, FiledRequest request) {
    Set<String> recipients = new TreeSet<>();
    if (toUser(kind)) {
      recipients.add(request.mailbox().toString());
    }
    if (toAdministrators(kind)) {
      recipients.addAll(settings.administrators());
      recipients.addAll(administrators.of(request.mailbox().domain()).keySet());
    }
    return recipients;
  }

  private static boolean toUser(Notice.Kind kind) {
    return switch (kind) {
      case DONE, FAILED, REJECTED, LAPSED, TAKEN_BACK, MESSAGE_OPENED -> true;
      case REQUESTED, FIRST_CONFIRMED, SELF_CONFIRMED, WITHDRAWN, HINDERED, HOLD_LIFTED -> false;
    };
  }

  private static boolean toAdministrators(Notice.Kind kind) {
    return switch (kind) {
      case REQUESTED,
          FIRST_CONFIRMED,
          SELF_CONFIRMED,
          WITHDRAWN,
          LAPSED,
          HINDERED,
          DONE,
          HOLD_LIFTED ->
          true;
      case FAILED, REJECTED, TAKEN_BACK, MESSAGE_OPENED -> false;
    };
  }

  private void settle(Letter letter, FiledRequest request, Postbox postbox) {
    if (needless(letter.notice().kind(), request)) {
      correspondence.givenUp(letter.id(), "withdrawn before it was sent");
    } else {
      send(letter, request.mailbox().toString(), () -> write(letter, request), postbox);
    }
  }

  /**
   * Sends one.
   *
   * @param subject the mailbox or domain that it is about, for the audit log
   */
  private void send(Letter letter, String subject, Supplier<LetterText> text, Postbox postbox) {
    Instant now = clock.instant();
    try {
      postbox.send(letter.id(), letter.recipient(), text.get(), now);
      correspondence.sent(letter.id(), now);
    } catch (Postbox.UndeliverableException e) {
      giveUp(letter, subject, e);
    } catch (MessagingException | RuntimeException e) {
      Optional<Duration> pause = pause(letter.tries());
      if (pause.isEmpty()) {
        giveUp(letter, subject, e);
      } else {
        LOG.log(
            Level.WARNING,
            "The letter {0} to {1} is tried again in {2}: {3}",
            letter.id(),
            letter.recipient(),
            pause.get(),
            Postbox.words(e));
        correspondence.failed(letter.id(), now.plus(pause.get()), Postbox.words(e));
      }
    }
  }

  /** How long to wait after that many failures before this one; empty where they are too many. */
  static Optional<Duration> pause(int tries) {
    Duration waited = Duration.ZERO;
    for (int before = 0; before < tries && waited.compareTo(LONGEST) < 0; before++) {
      waited = waited.plus(pauseAfter(before));
    }
    return waited.compareTo(LONGEST) < 0 ? Optional.of(pauseAfter(tries)) : Optional.empty();
  }

  private static Duration pauseAfter(int tries) {
    return PAUSES.get(Math.min(tries, PAUSES.size() - 1));
  }

  private void giveUp(Letter letter, String subject, Exception why) {
    String problem = Postbox.words(why);
    LOG.log(
        Level.ERROR,
        () -> "The letter %s to %s is given up".formatted(letter.id(), letter.recipient()),
        why);
    correspondence.givenUp(letter.id(), problem);
    audit.append(
        new AuditEntry(
            clock.instant(),
            AuditEntry.SYSTEM,
            "letter.given-up",
            subject,
            "%s, %s to %s: %s"
                .formatted(
                    letter.notice().subject(),
                    letter.notice().kind(),
                    letter.recipient(),
                    problem)));
  }

  private LetterText write(Letter letter, Hold hold) {
    return writer.holdLifted(
        hold, administrators.ofHost().getOrDefault(letter.recipient(), settings.language()));
  }

  /** In the language in which its user asked for something last, if he ever did. */
  private LetterText write(Opening opening) {
    return writer.messageOpened(
        opening,
        book.ofMailbox(opening.mailbox(), 1).stream()
            .map(FiledRequest::language)
            .findFirst()
            .orElse(settings.language()));
  }

  private LetterText write(Letter letter, FiledRequest request) {
    Notice.Kind kind = letter.notice().kind();
    // The user of a mailbox may be an administrator, too, and then gets the user's letter.
    boolean toUser = toUser(kind) && letter.recipient().equals(request.mailbox().toString());
    Locale language =
        toUser
            ? request.language()
            : administrators
                .of(request.mailbox().domain())
                .getOrDefault(letter.recipient(), settings.language());
    return writer.write(
        kind, new LetterWriter.About(request, plan(request), receipt(request)), !toUser, language);
  }

  private Optional<RestorePlan> plan(FiledRequest request) {
    try {
      return Optional.of(desk.planOf(request.id()));
    } catch (IOException | RequestRefusedException e) {
      LOG.log(Level.DEBUG, "The plan of " + request.id() + " cannot be read", e);
      return Optional.empty(); // the letter says its sums
    }
  }

  private Optional<Receipt> receipt(FiledRequest request) {
    if (request.outcome().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(desk.receipt(request.id()));
    } catch (IOException | RequestRefusedException e) {
      LOG.log(Level.DEBUG, "The receipt of " + request.id() + " cannot be read", e);
      return Optional.empty();
    }
  }
}
