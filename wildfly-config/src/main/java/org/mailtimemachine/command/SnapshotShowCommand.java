package org.mailtimemachine.command;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot show}. */
@Command(
    name = "show",
    description = "Shows what one snapshot of one mailbox holds, message by message.",
    mixinStandardHelpOptions = true)
final class SnapshotShowCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(paramLabel = "NAME", description = "As 'mtm snapshot list' prints it.")
  private String name = "";

  @Option(
      names = "--mailbox",
      required = true,
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Of this mailbox.")
  private MailboxAddress mailbox = new MailboxAddress("?", "?");

  @Spec private CommandSpec spec;

  SnapshotShowCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      SnapshotName snapshot =
          SnapshotName.parse(name)
              .filter(visible(store)::contains)
              .orElseThrow(
                  () ->
                      new CommandFailed(
                          "There is no snapshot "
                              + name
                              + " of "
                              + mailbox
                              + " in "
                              + options.store()
                              + "."));
      Manifest manifest = store.manifest(mailbox, snapshot);
      if (options.json()) {
        printJson(out, store, snapshot, manifest);
      } else {
        print(out, store, manifest);
      }
    }
    return 0;
  }

  private List<SnapshotName> visible(Store store) throws IOException {
    return store.snapshots(mailbox);
  }

  private void print(PrintWriter out, Store store, Manifest manifest) throws IOException {
    for (ManifestFolder folder : manifest.folders()) {
      out.printf(
          Locale.ROOT,
          "%s: %s, %,d unread%s%s%n",
          folder.name(),
          Sentences.count(folder.messages(), "message"),
          folder.unread(),
          folder.subscribed() ? "" : ", not subscribed",
          folder.busy() ? ", busy while it was taken" : "");
      for (ListedMessage message : store.listing(mailbox, folder.listing()).messages()) {
        out.printf(
            Locale.ROOT,
            "  %s  %,12d  %-5s  %s%n",
            options.time(message.internalDate()).substring(0, 16),
            message.size(),
            message.flags().letters(),
            message.baseName());
      }
    }
    out.flush();
  }

  private void printJson(PrintWriter out, Store store, SnapshotName snapshot, Manifest manifest)
      throws IOException {
    Map<String, String> digests = store.digests(mailbox);
    JsonGenerator json = Json.createGenerator(out);
    json.writeStartObject()
        .write("mailbox", mailbox.toString())
        .write("name", snapshot.text())
        .writeStartArray("folders");
    for (ManifestFolder folder : manifest.folders()) {
      json.writeStartObject()
          .write("name", folder.name().text())
          .write("subscribed", folder.subscribed())
          .write("busy", folder.busy())
          .writeStartArray("messages");
      for (ListedMessage message : store.listing(mailbox, folder.listing()).messages()) {
        String known = digests.get(message.poolName());
        json.writeStartObject()
            .write("name", message.baseName())
            .write("flags", message.flags().letters())
            .write("size", message.size())
            .write("internalDate", options.time(message.internalDate()))
            .write(
                "sha256",
                known != null
                    ? Json.createValue(known)
                    : sha256(store, message.poolName())
                        .<JsonValue>map(Json::createValue)
                        .orElse(JsonValue.NULL))
            .writeEnd();
      }
      json.writeEnd().writeEnd();
    }
    json.writeEnd().writeEnd().flush();
    out.println();
    out.flush();
  }

  /** Of a Message that no indexing has read yet; empty where the Pool has lost it. */
  private Optional<String> sha256(Store store, String poolName) {
    try (StoredMessage message = store.message(mailbox, poolName)) {
      return Optional.of(message.sha256());
    } catch (IOException e) {
      spec.commandLine().getErr().println("warning: " + e.getMessage());
      return Optional.empty();
    }
  }
}
