package org.mailtimemachine.mirror.register;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * How long mirror mailboxes keep their mail. What is in none of them never expires.
 *
 * <p>Of several mirrors the longest days count. Those of one that has ended count until its last
 * copy is over, also in an existing mailbox that it shared: what was said of a copy holds for it.
 * What was to stay stays, unless somebody made a mirror there later and agreed that older mail
 * goes; in the mailbox of a read-only mirror nobody can.
 *
 * @param days of each mailbox that is scanned
 */
record DaysKept(Map<MailboxAddress, Integer> days) {

  /** So long a host may be off, and still finds what an ended mirror left. */
  private static final int GRACE_DAYS = 31;

  DaysKept {
    days = Map.copyOf(days);
  }

  static DaysKept of(Collection<RegisteredMirror> mirrors, Instant now) {
    Map<MailboxAddress, Integer> days = new TreeMap<>();
    mirrors.stream()
        .filter(RegisteredMirror::inForce)
        .forEach(
            mirror ->
                mirror
                    .rule()
                    .destinations()
                    .forEach(each -> days.merge(each, mirror.rule().days(), Math::max)));
    Set<MailboxAddress> kept = new HashSet<>();
    for (RegisteredMirror mirror : mirrors) {
      RegisteredMirror.@Nullable End end = mirror.end().orElse(null);
      if (end != null && end.mailStays()) {
        mirror.own().stream()
            .filter(each -> mirror.readOnly() || !isMadeAgain(mirrors, each, end.time()))
            .forEach(kept::add);
      } else if (end != null && counts(mirror, end, now)) {
        mirror.own().forEach(each -> days.merge(each, mirror.rule().days(), Math::max));
      }
    }
    for (RegisteredMirror mirror : mirrors) {
      if (mirror.end().filter(end -> counts(mirror, end, now)).isPresent()) {
        for (MailboxAddress each : mirror.rule().destinations()) {
          days.computeIfPresent(each, (_, others) -> Math.max(others, mirror.rule().days()));
        }
      }
    }
    days.keySet().removeAll(kept);
    return new DaysKept(days);
  }

  private static boolean counts(RegisteredMirror mirror, RegisteredMirror.End end, Instant now) {
    return end.time().plus(Duration.ofDays(mirror.rule().days() + (long) GRACE_DAYS)).isAfter(now);
  }

  /** Whoever makes a mirror there is asked, see {@link MirrorRegister#add}. */
  private static boolean isMadeAgain(
      Collection<RegisteredMirror> mirrors, MailboxAddress mailbox, Instant end) {
    return mirrors.stream()
        .anyMatch(
            each ->
                each.inForce()
                    && !each.made().isBefore(end)
                    && each.rule().destinations().contains(mailbox));
  }

  /** Whether mail of that mailbox may go earlier than it would by those of before. */
  boolean isShorter(MailboxAddress mailbox, DaysKept before) {
    Integer now = days.get(mailbox);
    return now != null && before.days.getOrDefault(mailbox, Integer.MAX_VALUE) > now;
  }
}
