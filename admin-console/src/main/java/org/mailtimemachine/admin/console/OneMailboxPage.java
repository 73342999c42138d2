package org.mailtimemachine.admin.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/** A Mailbox: its days, and the Folders of one of them; counts and never content. */
@Named("mailboxPage")
@RequestScoped
public class OneMailboxPage {

  private static final System.Logger LOG = System.getLogger(OneMailboxPage.class.getName());

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Preferences preferences;
  @Inject private Texts texts;
  @Inject private Clock clock;

  private @Nullable MailboxAddress mailbox;
  private @Nullable SnapshotName chosen;
  private List<SnapshotSummary> days = List.of();
  private List<FolderSummary> folders = List.of();
  private List<Pin> pins = List.of();

  /** A day of it. */
  public record Day(
      String url,
      String name,
      String taken,
      long messages,
      boolean indexed,
      String kept,
      boolean chosen) {}

  /** A Folder of a day. */
  public record Folder(String name, long messages, long unread, boolean subscribed, boolean busy) {}

  /** Looks it up; there is no page of what is not there. */
  public void load() {
    Parameters parameters = new Parameters(request);
    try {
      mailbox = parameters.address().orElseThrow(() -> new IllegalArgumentException("no address"));
      days = authority.get().days(mailbox);
      pins = pins(mailbox);
      Optional<SnapshotName> wanted = parameters.snapshot("day");
      if (wanted.isPresent()) {
        chosen = wanted.get();
        folders = authority.get().folders(mailbox, chosen);
      }
    } catch (NotYoursException | IllegalArgumentException e) {
      NotFound.answer();
    }
  }

  private List<Pin> pins(MailboxAddress address) throws NotYoursException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), preferences.zone());
    try {
      return authority.get().pins(address).stream().filter(pin -> pin.counts(today)).toList();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The pins of " + address + " cannot be read", e);
      return List.of();
    }
  }

  /** Why a day does not expire; empty where it does. */
  private String kept(SnapshotName day) {
    return pins.stream()
        .filter(pin -> pin.snapshot().equals(day))
        .map(pin -> texts.of("mailbox.kept.by", pin.reason(), pin.who()))
        .collect(Collectors.joining("; "));
  }

  /** Whether any of its days is kept. */
  public boolean isKept() {
    return !pins.isEmpty();
  }

  /** Whether one message of it may be opened by exception. */
  public boolean isMayOpen() {
    return authority.openings().mayOpen();
  }

  /** Whether the dialog for that is wanted open; nothing is done by opening it. */
  public boolean isOpening() {
    return new Parameters(request).text("do").equals("open");
  }

  public String getHold() {
    return "holds.xhtml?subject=" + Parameters.encoded(getAddress());
  }

  public String getAddress() {
    return String.valueOf(mailbox);
  }

  public List<Day> getDays() {
    return days.stream()
        .map(
            day ->
                new Day(
                    "mailbox.xhtml?address="
                        + Parameters.encoded(getAddress())
                        + "&day="
                        + day.name(),
                    texts.day(day.name()),
                    texts.moment(day.takenAt()),
                    day.messages(),
                    day.indexed(),
                    kept(day.name()),
                    day.name().equals(chosen)))
        .toList();
  }

  public boolean isChosen() {
    return chosen != null;
  }

  public String getChosenDay() {
    return chosen == null ? "" : texts.day(chosen);
  }

  public List<Folder> getFolders() {
    return folders.stream()
        .sorted(Comparator.comparing(folder -> folder.name().text()))
        .map(
            folder ->
                new Folder(
                    texts.folder(folder.name()),
                    folder.messages(),
                    folder.unread(),
                    folder.subscribed(),
                    folder.busy()))
        .toList();
  }
}
