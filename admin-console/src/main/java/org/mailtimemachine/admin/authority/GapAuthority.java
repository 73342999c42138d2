package org.mailtimemachine.admin.authority;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.mirror.server.GapBook;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.FollowUp;
import org.mailtimemachine.restore.administrator.FollowUps;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Which messages without copies one administrator sees and looks after: those to recipients of the
 * domains given, and of each only these recipients. The book of gaps belongs to the process that
 * mirrors and is only read; what was done about them stands in the database.
 */
public final class GapAuthority {

  /** The newest ones. A mirror that had more gaps than that is a matter of its log. */
  public static final int MOST = 5_000;

  private static final String PREFIX = "gap:";

  private final Administrator administrator;
  private final String signature;
  private final GapBook book;
  private final FollowUps followUps;
  private final InstantSource clock;

  public GapAuthority(
      Administrator administrator,
      String signature,
      GapBook book,
      FollowUps followUps,
      InstantSource clock) {
    this.administrator = administrator;
    this.signature = signature;
    this.book = book;
    this.followUps = followUps;
    this.clock = clock;
  }

  /** Which ones are wanted. */
  public enum State {
    OPEN,
    DONE,
    ALL;

    boolean takes(OneGap gap) {
      return switch (this) {
        case OPEN -> gap.open();
        case DONE -> !gap.open();
        case ALL -> true;
      };
    }
  }

  /**
   * Theirs, the newest first.
   *
   * @param text only those that have this in them, in capitals or not; empty for all
   */
  public List<OneGap> gaps(State state, String text) throws IOException {
    String wanted = text.toLowerCase(Locale.ROOT);
    return all().stream().filter(state::takes).filter(gap -> gap.matches(wanted)).toList();
  }

  /** How many somebody has to look after. */
  public long open() throws IOException {
    return all().stream().filter(OneGap::open).count();
  }

  /**
   * Notes what was done about some of them.
   *
   * @param done whether nobody has to look after them any more
   * @throws NotYoursException where one is not theirs; nothing is noted then
   * @throws IllegalArgumentException where the note is too long
   */
  public List<OneGap> note(Collection<String> ids, boolean done, String note)
      throws NotYoursException, IOException {
    Map<String, OneGap> theirs = new TreeMap<>();
    all().forEach(gap -> theirs.put(gap.id(), gap));
    Instant now = clock.instant();
    List<OneGap> noted = new ArrayList<>();
    List<FollowUp> notes = new ArrayList<>();
    List<AuditEntry> entries = new ArrayList<>();
    for (String id : ids) {
      OneGap gap = theirs.get(id);
      if (gap == null) {
        throw new NotYoursException("gap " + id);
      }
      FollowUp followUp = new FollowUp(PREFIX + id, done, note, signature, now);
      noted.add(gap.with(Optional.of(followUp)));
      notes.add(followUp);
      entries.add(
          new AuditEntry(
              now,
              signature,
              done ? "gap.done" : "gap.open",
              gap.domain(),
              "%s of %s %s%s"
                  .formatted(
                      id,
                      gap.gap().time(),
                      gap.gap().queueId(),
                      note.isEmpty() ? "" : ": " + note)));
    }
    followUps.note(notes, entries);
    return noted;
  }

  private List<OneGap> all() throws IOException {
    List<OneGap> theirs = new ArrayList<>();
    for (Gap gap : book.newest(MOST)) {
      if (theirs.size() >= MOST) {
        break; // one message may concern a thousand domains
      }
      byDomain(gap).forEach((domain, recipients) -> add(theirs, gap, domain, recipients));
    }
    Map<String, FollowUp> known =
        followUps.about(theirs.stream().map(gap -> PREFIX + gap.id()).distinct().toList());
    return theirs.stream()
        .map(gap -> gap.with(Optional.ofNullable(known.get(PREFIX + gap.id()))))
        .toList();
  }

  private void add(List<OneGap> theirs, Gap gap, String domain, List<String> recipients) {
    if (domain.isEmpty() ? administrator.ofHost() : administrator.answersFor(domain)) {
      theirs.add(new OneGap(gap.id(domain), gap, domain, recipients, Optional.empty()));
    }
  }

  /** Recipients are as the session gave them: anything may stand there. */
  private static Map<String, List<String>> byDomain(Gap gap) {
    Map<String, List<String>> domains = new TreeMap<>();
    for (String recipient : gap.recipients()) {
      String domain = recipient.substring(recipient.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
      domains.computeIfAbsent(domain, _ -> new ArrayList<>()).add(recipient);
    }
    return domains.isEmpty() ? Map.of("", List.of()) : domains;
  }
}
