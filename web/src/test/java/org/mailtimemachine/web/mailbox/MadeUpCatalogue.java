package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * Fifteen days of one mailbox, computed and not stored: every day has the messages of the days
 * before, up to 320 in the INBOX. 10 November is missing, and the last day is not indexed yet.
 */
@ApplicationScoped
public class MadeUpCatalogue implements Catalogue {

  static final LocalDate FIRST = LocalDate.of(2026, 11, 8);
  private static final List<String> PEOPLE =
      List.of("Vera Ærø", "Jonas Smith", "Uwe Jones", "Greta Schmidt", "Olga Brown", "Zoë Braun");
  private static final List<String> SUBJECTS =
      List.of(
          "Re: Bank version order meeting draft",
          "Restore benefits offer newsletter hotel warranty and a long way to the end",
          "<b>Not bold</b> & \"quoted\"",
          "Rechnung März",
          "",
          "Insurance interview release storage");
  private static final List<String> FLAGS =
      List.of("S", "S", "", "RS", "FS", "PS", "PRS", "ST", "DS");

  @Override
  public List<SnapshotSummary> snapshots(MailboxAddress mailbox) {
    List<SnapshotSummary> days = new ArrayList<>();
    for (int i = 14; i >= 0; i--) {
      LocalDate date = FIRST.plusDays(i);
      if (i != 2) {
        days.add(
            new SnapshotSummary(
                SnapshotName.nightly(date), Instant.parse(date + "T00:00:00Z"), 320, i < 14));
      }
    }
    return days;
  }

  @Override
  public List<FolderSummary> folders(MailboxAddress mailbox, SnapshotName snapshot) {
    if (snapshot.date().equals(FIRST.plusDays(14))) {
      return List.of();
    }
    List<FolderSummary> folders = new ArrayList<>();
    folders.add(folder("INBOX", SpecialUse.INBOX, true, false, 320, 52));
    folders.add(folder("Sent", SpecialUse.SENT, true, false, 20, 0));
    folders.add(folder("Drafts", SpecialUse.DRAFTS, true, false, 1, 0));
    folders.add(folder("Trash", SpecialUse.TRASH, true, false, 9, 3));
    folders.add(folder("Junk", SpecialUse.JUNK, true, true, 12, 12));
    folders.add(folder("Archive", SpecialUse.ARCHIVE, true, false, 91, 0));
    folders.add(folder("Archive/2024", null, true, false, 88, 8));
    folders.add(folder("Archive/2023", null, true, false, 68, 68));
    folders.add(folder("Projects/Alpha", null, true, false, 21, 1));
    folders.add(folder("Rechnungen März", null, false, false, 7, 0));
    folders.add(folder("Empty", null, true, false, 0, 0));
    if (snapshot.date().isBefore(FIRST.plusDays(9))) {
      folders.add(folder("Holidays", null, true, false, 5, 0));
    }
    return folders;
  }

  @Override
  public Optional<MessagePage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, UUID folder, MessageQuery query) {
    return folders(mailbox, snapshot).stream()
        .filter(found -> found.id().equals(folder))
        .findFirst()
        .map(found -> page(all(found, snapshot), query));
  }

  private static MessagePage page(List<CataloguedMessage> all, MessageQuery query) {
    Comparator<CataloguedMessage> order =
        switch (query.sort()) {
          case DATE -> Comparator.comparing(CataloguedMessage::date);
          case FROM -> Comparator.comparing(CataloguedMessage::from);
          case SUBJECT -> Comparator.comparing(CataloguedMessage::subject);
          case SIZE -> Comparator.comparing(CataloguedMessage::size);
        };
    String text = query.text().toLowerCase(Locale.ROOT);
    List<CataloguedMessage> matching =
        all.stream()
            .filter(
                found -> (found.subject() + found.from()).toLowerCase(Locale.ROOT).contains(text))
            .sorted(query.ascending() ? order : order.reversed())
            .toList();
    return new MessagePage(
        matching.size(), matching.stream().skip(query.offset()).limit(query.limit()).toList());
  }

  @Override
  public Optional<CataloguedMessage> message(
      MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    return folders(mailbox, snapshot).stream()
        .flatMap(folder -> all(folder, snapshot).stream())
        .filter(found -> found.id().equals(message))
        .findFirst();
  }

  private static List<CataloguedMessage> all(FolderSummary folder, SnapshotName snapshot) {
    List<CataloguedMessage> all = new ArrayList<>();
    Instant newest = Instant.parse(FIRST.plusDays(14) + "T00:00:00Z");
    for (int i = 0; i < folder.messages(); i++) {
      Instant date = newest.minus(Duration.ofMinutes(53L * (i + 1)));
      if (date.isBefore(Instant.parse(snapshot.date() + "T00:00:00Z"))) {
        all.add(
            new CataloguedMessage(
                id(folder.name().text() + i),
                folder.id(),
                "pool",
                SUBJECTS.get(i % SUBJECTS.size()),
                PEOPLE.get(i % PEOPLE.size()) + " <someone" + i + "@example.org>",
                "Anna <anna@example.org>",
                date,
                900L + 7_000L * (i % 40),
                new Flags(FLAGS.get(i % FLAGS.size())),
                i % 11 == 3 ? List.of("invoice") : List.of(),
                i % 4 == 0 ? 1 : 0,
                "The first words of message " + i));
      }
    }
    return all;
  }

  private static FolderSummary folder(
      String name, SpecialUse use, boolean subscribed, boolean busy, long messages, long unread) {
    return new FolderSummary(
        id(name),
        new FolderName(name),
        Optional.ofNullable(use),
        subscribed,
        busy,
        messages,
        unread);
  }

  private static UUID id(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
