package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot pin}. */
@Command(
    name = "pin",
    description =
        "Keeps a snapshot from expiring until it is unpinned: of one mailbox, or of all that have"
            + " it. Prints the id of the pin; the same pin again is the one that is there.",
    mixinStandardHelpOptions = true)
final class SnapshotPinCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(paramLabel = "NAME", description = "As 'mtm snapshot list' prints it.")
  private String name = "";

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only of this mailbox.")
  private @Nullable MailboxAddress mailbox;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for whoever finds it.")
  private String reason = "";

  @Option(
      names = "--until",
      paramLabel = "YYYY-MM-DD",
      description = "The last day on which it counts; without it, until it is unpinned.")
  private @Nullable LocalDate until;

  @Spec private CommandSpec spec;

  SnapshotPinCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Clock clock = Clock.system(options.zone());
    requireSense(LocalDate.now(clock));
    try (Store store = Store.open(options.store())) {
      SnapshotName snapshot = SnapshotName.parse(name).orElseThrow(this::unknown);
      List<MailboxAddress> mailboxes = mailboxes(store, snapshot);
      Pin pin =
          new Pin(
              snapshot,
              "hand-" + random(),
              System.getProperty("user.name", "?"),
              reason.strip(),
              clock.instant(),
              Optional.ofNullable(until));
      Map<MailboxAddress, String> there = there(store, mailboxes, pin);
      String id = there.values().stream().findFirst().orElse(pin.id());
      for (MailboxAddress address : mailboxes) {
        if (!there.containsKey(address)) {
          store.pin(address, withId(pin, id));
        }
      }
      if (options.json()) {
        StoreOptions.print(
            out,
            json ->
                json.writeStartObject()
                    .write("snapshot", snapshot.text())
                    .write("id", id)
                    .write("mailboxes", mailboxes.size())
                    .write("already", there.size())
                    .writeEnd());
      } else {
        out.printf(
            "%s %s for %s: %s%n",
            snapshot,
            there.size() == mailboxes.size() ? "was pinned already" : "pinned",
            Sentences.count(mailboxes.size(), "mailbox"),
            id);
        out.flush();
      }
    }
    return 0;
  }

  private void requireSense(LocalDate today) {
    if (reason.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), "--reason: say why, for whoever wonders later why the day is kept");
    }
    if (until != null && until.isBefore(today)) {
      throw new ParameterException(
          spec.commandLine(),
          "--until: %s is past (it is %s in %s): such a pin would keep nothing"
              .formatted(until, today, options.zone()));
    }
  }

  /** The ids of the same pin, by hand and with the same words, where it was put already. */
  private static Map<MailboxAddress, String> there(
      Store store, List<MailboxAddress> mailboxes, Pin wanted) throws IOException {
    Map<MailboxAddress, String> there = new TreeMap<>();
    for (MailboxAddress address : mailboxes) {
      for (Pin pin : store.pins(address)) {
        if (pin.id().startsWith("hand-")
            && pin.snapshot().equals(wanted.snapshot())
            && pin.who().equals(wanted.who())
            && pin.reason().equals(wanted.reason())
            && pin.until().equals(wanted.until())) {
          there.put(address, pin.id());
        }
      }
    }
    return there;
  }

  private static Pin withId(Pin pin, String id) {
    return new Pin(pin.snapshot(), id, pin.who(), pin.reason(), pin.since(), pin.until());
  }

  private static String random() {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private List<MailboxAddress> mailboxes(Store store, SnapshotName snapshot) throws Exception {
    if (mailbox != null) {
      return List.of(mailbox);
    }
    List<MailboxAddress> having = StoreOptions.having(store, snapshot);
    if (having.isEmpty()) {
      throw unknown();
    }
    return having;
  }

  private CommandFailed unknown() {
    return new CommandFailed("There is no snapshot " + name + " in " + options.store() + ".");
  }
}
