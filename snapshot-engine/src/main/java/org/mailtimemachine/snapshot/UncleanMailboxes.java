package org.mailtimemachine.snapshot;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * The Mailboxes of which leftovers of takes that died could not be removed; of all others there are
 * none. It holds as long as no other take has died: {@link Store#begin} withdraws it before a run
 * is begun again under one of these marks.
 *
 * @param marks the runs that were begun and did not end
 */
record UncleanMailboxes(Set<SnapshotName> marks, SortedSet<MailboxAddress> mailboxes) {

  private static final String FORMAT = "mail-time-machine-unclean 1";

  /** Whether it knows what all of these runs have left. */
  boolean covers(Collection<SnapshotName> begun) {
    return marks.containsAll(begun);
  }

  byte[] toBytes() {
    Lines lines = Lines.begin(FORMAT);
    marks.forEach(mark -> lines.add("mark", mark));
    mailboxes.forEach(
        mailbox -> lines.add("mailbox", PercentEncoding.encodeText(mailbox.toString())));
    return lines.end();
  }

  static UncleanMailboxes parse(byte[] bytes, String file) throws DamagedFileException {
    Set<SnapshotName> marks = new HashSet<>();
    SortedSet<MailboxAddress> mailboxes = new TreeSet<>();
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      for (String[] fields : lines) {
        switch (fields[0]) {
          case "mark" -> marks.add(new SnapshotName(fields[1]));
          case "mailbox" -> mailboxes.add(MailboxAddress.of(PercentEncoding.decodeText(fields[1])));
          default -> throw new IllegalArgumentException("an unknown line: " + fields[0]);
        }
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
    return new UncleanMailboxes(marks, mailboxes);
  }
}
