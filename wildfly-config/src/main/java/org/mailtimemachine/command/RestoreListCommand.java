package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm restore list}. */
@Command(
    name = "list",
    description =
        "Lists the restores of a store, oldest first: those from the command line, and those that"
            + " were requested.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:listed", "1:failed, or one of them cannot be read", "64:wrong use"})
final class RestoreListCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only those from or into this mailbox.")
  private @Nullable MailboxAddress mailbox;

  @Spec private CommandSpec spec;

  RestoreListCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<String> unreadable = new ArrayList<>();
    List<RestoreStatus> restores;
    try (Store store = Store.open(options.store())) {
      restores = restores(store, unreadable);
    }
    if (options.json()) {
      printJson(out, restores);
    } else {
      print(out, restores);
    }
    unreadable.forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getErr().flush();
    return unreadable.isEmpty() ? 0 : 1;
  }

  private List<RestoreStatus> restores(Store store, List<String> unreadable) throws IOException {
    List<RestoreStatus> restores = new ArrayList<>();
    for (UUID id : RestoreStatus.ids(store)) {
      try {
        RestoreStatus.find(store, id)
            .filter(
                status ->
                    mailbox == null
                        || status.plan().mailbox().equals(mailbox)
                        || status.plan().into().equals(mailbox))
            .ifPresent(restores::add);
      } catch (IOException e) {
        unreadable.add("restore " + id + ": " + e.getMessage());
      }
    }
    restores.sort(Comparator.comparing(status -> status.plan().made()));
    return restores;
  }

  private void print(PrintWriter out, List<RestoreStatus> restores) {
    out.println(
        "restore                               planned at                     state           added"
            + "  of        mailbox and snapshot");
    for (RestoreStatus restore : restores) {
      out.printf(
          Locale.ROOT,
          "%s  %-29s  %-10s %,10d  %-,8d  %s %s%s%n",
          restore.plan().id(),
          options.time(restore.plan().made()),
          state(restore),
          restore.count(Receipt.Outcome.ADDED),
          restore.plan().messages(),
          restore.plan().mailbox(),
          restore.plan().snapshot(),
          restore.plan().into().equals(restore.plan().mailbox())
              ? ""
              : " into " + restore.plan().into());
    }
    out.flush();
  }

  static String state(RestoreStatus restore) {
    return restore.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void printJson(PrintWriter out, List<RestoreStatus> restores) {
    StoreOptions.print(
        out,
        json -> {
          json.writeStartArray();
          for (RestoreStatus restore : restores) {
            json.writeStartObject()
                .write("id", restore.plan().id().toString())
                .write("mailbox", restore.plan().mailbox().toString())
                .write("snapshot", restore.plan().snapshot().text())
                .write("into", restore.plan().into().toString())
                .write("planned", options.time(restore.plan().made()))
                .write("state", state(restore))
                .write("requested", restore.requested())
                .write("toAdd", restore.plan().messages())
                .write("added", restore.count(Receipt.Outcome.ADDED))
                .write("refused", restore.count(Receipt.Outcome.REFUSED))
                .write("takenBack", restore.takenBack())
                .writeEnd();
          }
          json.writeEnd();
        });
  }
}
