package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm mirror change}. */
@Command(
    name = "change",
    description =
        "Changes how long copies are kept, or the existing mailboxes that get them. One that gets"
            + " them no longer keeps what it has.",
    mixinStandardHelpOptions = true)
final class MirrorChangeCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Parameters(paramLabel = "ID", description = "As 'mtm mirror list' prints it.")
  private String id = "";

  @Option(names = "--days", paramLabel = "N", description = "Days to mirror, 1 to 3650.")
  private @Nullable Integer days;

  @Option(
      names = "--add-into",
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "One more existing mailbox.")
  private List<MailboxAddress> more = List.of();

  @Option(
      names = "--remove-into",
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "One existing mailbox less.")
  private List<MailboxAddress> less = List.of();

  @Option(
      names = "--delete-older-mail",
      description =
          "Wanted where mail in a mailbox may go earlier than before: ALL of it that is"
              + " older than the days is deleted, every night.")
  private boolean deleteOlderMail;

  @Spec private CommandSpec spec;

  MirrorChangeCommand() {}

  @Override
  public Integer call() throws Exception {
    if (days == null && more.isEmpty() && less.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Nothing to change: --days, --add-into or --remove-into");
    }
    MirrorRegister register = options.register();
    RegisteredMirror before =
        register.mirrors().stream()
            .filter(mirror -> mirror.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new CommandFailed("There is no mirror " + id + "."));
    List<MailboxAddress> existing = new ArrayList<>(before.rule().destinations());
    existing.removeAll(before.own());
    if (!existing.containsAll(less)) {
      throw new CommandFailed("The mirror %s does not copy to %s.".formatted(id, less));
    }
    existing.removeAll(less);
    existing.addAll(more);
    try {
      register.change(id, days == null ? before.rule().days() : days, existing, deleteOlderMail);
    } catch (MirrorRefusedException e) {
      throw e.reason() == MirrorRefusedException.Reason.OLDER_MAIL
          ? new CommandFailed(e.getMessage() + " Say --delete-older-mail if that is wanted.", e)
          : MirrorOptions.refused(e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      StoreOptions.print(out, json -> json.writeStartObject().write("id", id).writeEnd());
    } else {
      out.println(id + " changed");
      out.flush();
    }
    return 0;
  }
}
