package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mtm mirror add}. */
@Command(
    name = "add",
    description = {
      "Makes a mirror: from the next message on, mail to an address or to a whole domain is copied.",
      "Without --into a mailbox is made for it, _mirror_user@domain or _mirror@domain, and its"
          + " password is printed once."
    },
    mixinStandardHelpOptions = true)
final class MirrorAddCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--days",
      required = true,
      paramLabel = "N",
      description = "Days to mirror: how long a copy is kept, 1 to 3650.")
  private int days;

  @Option(
      names = "--into",
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "An existing mailbox that gets the copies; may be given several times.")
  private List<MailboxAddress> into = List.of();

  @Option(names = "--own-mailbox", description = "Make a mailbox for it beside those of --into.")
  private boolean ownMailbox;

  @Option(
      names = "--delete-older-mail",
      description =
          "Wanted with --into, and where an earlier mirror has left mail in the mailbox that is made:"
              + " ALL mail in these mailboxes that is older than the days is deleted, every night.")
  private boolean deleteOlderMail;

  @Option(
      names = "--read-only",
      description =
          "For audit: its mailbox is offered by no IMAP server, and everything that comes or"
              + " expires is sealed.")
  private boolean readOnly;

  @Option(
      names = "--first",
      description =
          "Make the register of mirrors: the host has none yet. Without it a register that is missing"
              + " may be on a disk that is not mounted.")
  private boolean first;

  @Spec private CommandSpec spec;

  /** Either of them. */
  private static final class Source {

    @Option(
        names = "--single",
        paramLabel = "ADDRESS",
        converter = StoreOptions.Address.class,
        description = "Single Recipient: mail to this address.")
    private @Nullable MailboxAddress single;

    @Option(
        names = "--all",
        paramLabel = "DOMAIN",
        description = "All Recipients: mail to every address of this domain.")
    private @Nullable String all;

    Source() {}
  }

  MirrorAddCommand() {}

  @Override
  public Integer call() throws Exception {
    MirrorRegister register =
        first
            ? MirrorRegister.openOrMake(options.mirrors(), Clock.system(options.zone()))
            : options.register();
    try {
      NewMirror wanted =
          new NewMirror(
              source(), into.isEmpty() || ownMailbox, into, days, readOnly, deleteOlderMail);
      print(register.add(wanted, MirrorOptions.user()));
      return 0;
    } catch (MirrorRefusedException e) {
      throw e.reason() == MirrorRefusedException.Reason.OLDER_MAIL
          ? new CommandFailed(e.getMessage() + " Say --delete-older-mail if that is wanted.", e)
          : MirrorOptions.refused(e);
    }
  }

  private MirrorSource source() {
    MailboxAddress address = source.single;
    if (address != null) {
      return new MirrorSource.SingleRecipient(address);
    }
    String domain = String.valueOf(source.all);
    try {
      return new MirrorSource.AllRecipients(new MailboxAddress("x", domain).domain());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--all: '" + domain + "' is no domain", e);
    }
  }

  private void print(MadeMirror made) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject().write("id", made.mirror().id()).writeStartArray("destinations");
            made.mirror().rule().destinations().forEach(each -> json.write(each.toString()));
            json.writeEnd();
            made.password().ifPresent(password -> json.write("password", password));
            json.writeEnd();
          });
      return;
    }
    out.printf(
        "%s: mail to %s is copied to %s for %d days%n",
        made.mirror().id(),
        MirrorOptions.source(made.mirror().rule().source()),
        String.join(
            ", ",
            made.mirror().rule().destinations().stream().map(MailboxAddress::toString).toList()),
        made.mirror().rule().days());
    made.password()
        .ifPresent(
            password ->
                out.printf(
                    "password of %s, shown this once: %s%n",
                    made.mirror().own().getFirst(), password));
    out.flush();
  }
}
