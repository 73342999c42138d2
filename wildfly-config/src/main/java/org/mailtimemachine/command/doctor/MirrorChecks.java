package org.mailtimemachine.command.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.expiry.MirrorExpiry;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.mirror.server.GapBook;
import org.mailtimemachine.mirror.server.MirrorServerSettings;
import org.mailtimemachine.mirror.server.PublishedFigures;

/** Whether mail is mirrored: the register, the process, what it stands between, and its scan. */
final class MirrorChecks {

  private static final int TO_CONNECT = 2_000;
  private static final int TO_GREET = 5_000;
  private static final int LATEST_SCAN_DAYS = 1;
  private static final Duration RECENT = Duration.ofDays(7);

  private final MirrorServerSettings settings;
  private final Clock clock;
  private final List<Advice> found = new ArrayList<>();

  MirrorChecks(MirrorServerSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  List<Advice> run() {
    Path directory = settings.mirrors().directory();
    MirrorRegister register;
    try {
      register = MirrorRegister.open(settings.mirrors(), clock);
    } catch (IOException e) {
      add(
          Severity.ERROR,
          "mirror-unreadable",
          "the mirrors cannot be read: " + e.getMessage(),
          "mtm mirror serve refuses to start, and Postfix keeps the mail; the console cannot change"
              + " mirrors, and the webmail does not show what they hold",
          "mount it, run as its owner or as root, or make the first mirror: mtm mirror add"
              + " --first");
      return found;
    }
    for (String problem : register.problems()) {
      add(
          Severity.ERROR,
          "mirror-damaged",
          problem,
          "nothing can be changed, and mtm mirror serve does not start again",
          "put the file back from a backup of " + directory);
    }
    boolean inForce = register.mirrors().stream().anyMatch(RegisteredMirror::inForce);
    rights(directory);
    process(register, inForce);
    expiry(register, inForce);
    gaps(register);
    mailboxes(register);
    return found;
  }

  private void rights(Path directory) {
    try {
      Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
      others.addAll(Files.getPosixFilePermissions(directory));
      others.removeAll(PosixFilePermissions.fromString("rwx------"));
      if (!others.isEmpty()) {
        add(
            Severity.ERROR,
            "mirror-mode",
            "others than its owner may enter " + directory,
            "they reach copies of mail, and can change which are kept",
            "chmod 700 " + directory);
      }
    } catch (IOException e) {
      unreadable(directory, e);
    }
  }

  private void process(MirrorRegister register, boolean inForce) {
    boolean running;
    try {
      running = PublishedFigures.read(register.figures()).running(clock.instant());
    } catch (IOException e) {
      unreadable(register.figures(), e);
      return;
    }
    if (!running) {
      add(
          inForce ? Severity.ERROR : Severity.WARNING,
          "mirror-down",
          "mtm mirror serve does not run, or has written no figures for a minute",
          "mail waits in Postfix, or, where it fails open, passes without copies",
          "start it; its log says why it ended");
    }
    Optional<String> own = greeting(settings.proxy().listen());
    if (running && own.isEmpty()) {
      add(
          Severity.ERROR,
          "mirror-listen",
          "nothing answers on mtm.mirror.listen = " + settings.proxy().listen(),
          "Postfix cannot hand over any mail",
          "let mtm.mirror.listen be what mtm mirror serve was started with, and start it again");
    } else if (own.filter(line -> !line.startsWith("220")).isPresent()) {
      add(
          Severity.ERROR,
          "mirror-refuses",
          "mtm.mirror.listen answers: " + own.get(),
          "it takes no mail at present, and Postfix keeps it",
          "look at the next hop, and at mtm.mirror.clients where too many are served");
    }
    Optional<String> next = greeting(settings.proxy().nextHop());
    if (next.filter(line -> line.startsWith("220")).isEmpty()) {
      add(
          Severity.ERROR,
          "mirror-next-hop",
          "mtm.mirror.next-hop = %s %s"
              .formatted(
                  settings.proxy().nextHop(),
                  next.map(line -> "answers: " + line).orElse("does not answer")),
          "no mail is taken without it: Postfix keeps it",
          "start the second smtpd (docs/mirror.md, step 2), or name its address");
    }
  }

  /** The first line that is said there; empty where nobody says one. */
  private static Optional<String> greeting(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, TO_CONNECT);
      socket.setSoTimeout(TO_GREET);
      @Nullable String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
      socket.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
      return Optional.ofNullable(line).map(text -> text.replaceAll("[^ -~]", "?"));
    } catch (IOException e) {
      return Optional.empty(); // what it means, says who asked
    }
  }

  private void expiry(MirrorRegister register, boolean inForce) {
    try {
      Optional<LocalDate> last = new MirrorExpiry(register, clock, settings.zone()).last();
      LocalDate today = LocalDate.now(clock.withZone(settings.zone()));
      if (last.filter(today.minusDays(LATEST_SCAN_DAYS)::isAfter).isPresent()) {
        add(
            inForce ? Severity.ERROR : Severity.WARNING,
            "mirror-expiry",
            "mirror mailboxes were scanned last as of " + last.get(),
            "copies stay longer than their days",
            "start mtm mirror serve; where its log says that the clock jumped: mtm mirror expire"
                + " --force");
      } else if (last.filter(today.plusDays(1)::isBefore).isPresent()) {
        add(
            Severity.ERROR,
            "mirror-expiry",
            "mirror mailboxes were scanned as of %s, and it is %s".formatted(last.get(), today),
            "the clock is or was wrong: nothing expires until then",
            "set the clock; then mtm mirror expire --force");
      }
    } catch (IOException e) {
      unreadable(settings.mirrors().directory(), e);
    }
  }

  private void gaps(MirrorRegister register) {
    try {
      long recent =
          new GapBook(register.gaps())
              .newest(1_000).stream()
                  .filter(gap -> gap.time().isAfter(clock.instant().minus(RECENT)))
                  .count();
      if (recent > 0) {
        add(
            Severity.WARNING,
            "mirror-gaps",
            "%s%d messages of the last seven days have no copy"
                .formatted(recent == 1_000 ? "at least " : "", recent),
            settings.policy() == FailurePolicy.PASS
                ? "mtm.mirror.policy = pass: they went on without copies"
                : "copies were damaged, or they passed before mtm.mirror.policy was defer",
            "mtm mirror gaps names them with the cause; the console notes what was done about"
                + " each");
      }
    } catch (IOException e) {
      unreadable(register.gaps(), e);
    }
  }

  /** What mirrors hold the webmail shows to whom it came for. */
  private void mailboxes(MirrorRegister register) {
    Set<MailboxAddress> mailboxes = new TreeSet<>();
    register.mirrors().stream()
        .filter(RegisteredMirror::inForce)
        .forEach(mirror -> mailboxes.addAll(mirror.rule().destinations()));
    for (MailboxAddress mailbox : mailboxes) {
      try (DirectoryHandle maildir = register.openMailbox(mailbox)) {
        maildir.list(_ -> {});
      } catch (IOException e) {
        // It is made when the first copy comes.
        if (!(e instanceof PosixException posix && posix.is(Errno.ENOENT))) {
          add(
              Severity.WARNING,
              "mirror-mailbox-unreadable",
              "%s, to which mail is mirrored, cannot be read: %s"
                  .formatted(mailbox, e.getMessage()),
              "users are not shown what it holds of their mail",
              "let the user of the server read it, as the mailboxes that it takes snapshots of");
        }
      }
    }
  }

  private void unreadable(Path what, IOException e) {
    add(
        Severity.ERROR,
        "mirror-unreadable",
        what + " cannot be read: " + e.getMessage(),
        "the server and the console of this user cannot read it either",
        "run as the owner of " + settings.mirrors().directory() + ", or as root");
  }

  private void add(Severity severity, String check, String what, String why, String remedy) {
    found.add(new Advice(severity, check, what, why, remedy));
  }
}
