package org.mailtimemachine.command;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What is wanted back, as an administrator types it. */
final class RestoreArguments {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "Its address.")
  private @Nullable MailboxAddress mailbox;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SNAPSHOT",
      description = "As 'mtm snapshot list' prints it.")
  private @Nullable String snapshot;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      converter = StoreOptions.Folder.class,
      description =
          "Only this folder and those below it, as 'mtm snapshot show' prints it; may be"
              + " repeated.")
  private List<FolderName> folders = new ArrayList<>();

  @Option(
      names = "--without-subfolders",
      description = "With --folder: only the folders that are named; the others are listed.")
  private boolean alone;

  @Option(
      names = "--into-restored",
      description =
          "Everything below a folder of its own, 'Restored <snapshot>', instead of where it was.")
  private boolean intoRestored;

  @Option(
      names = "--also-moved",
      description = "Also messages that are only in another folder now.")
  private boolean alsoMoved;

  @Option(
      names = "--to",
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "Into this mailbox instead of its own; what that one has already is not added.")
  private @Nullable MailboxAddress into;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private final Set<FolderName> leftOut = new TreeSet<>();

  RestoreArguments() {}

  /** Whether anything of it was typed. */
  boolean given() {
    return mailbox != null
        || !folders.isEmpty()
        || alone
        || intoRestored
        || alsoMoved
        || into != null;
  }

  /** A new request. */
  RestoreRequest request(Store store, Clock clock) throws IOException {
    if (mailbox == null || snapshot == null) {
      throw new ParameterException(
          command.commandLine(),
          "Missing: whose mail and from when, as in '%s anna@example.org 2026-11-20'"
              .formatted(command.qualifiedName()));
    }
    if (alone && folders.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "--without-subfolders says something only of a --folder");
    }
    String name = snapshot;
    SnapshotName then =
        SnapshotName.parse(name)
            .orElseThrow(
                () -> new ParameterException(command.commandLine(), "no snapshot name: " + name));
    Set<FolderName> names = new LinkedHashSet<>(folders);
    Set<FolderName> all = names.isEmpty() ? Set.of() : folders(store, mailbox, then);
    Set<FolderName> below =
        all.stream()
            .filter(each -> !names.contains(each) && names.stream().anyMatch(each::isBelow))
            .collect(Collectors.toCollection(TreeSet::new));
    if (alone) {
      leftOut.addAll(below);
    } else {
      // Of what was no folder itself and had some below it, these are meant.
      names.removeIf(
          named -> !all.contains(named) && below.stream().anyMatch(each -> each.isBelow(named)));
      names.addAll(below);
    }
    return new RestoreRequest(
        UUID.randomUUID(),
        mailbox,
        then,
        names.isEmpty() ? new RestoreScope.WholeMailbox() : new RestoreScope.Folders(names),
        intoRestored
            ? RestoreRequest.Target.BELOW_RESTORED
            : RestoreRequest.Target.ORIGINAL_FOLDERS,
        alsoMoved,
        clock.instant(),
        "");
  }

  /** All of that Snapshot; none where it is not there, which the planner says. */
  private static Set<FolderName> folders(Store store, MailboxAddress mailbox, SnapshotName then)
      throws IOException {
    return store.snapshots(mailbox).contains(then)
        ? store.manifest(mailbox, then).folders().stream()
            .map(ManifestFolder::name)
            .collect(Collectors.toSet())
        : Set.of();
  }

  /** Folders below those that were asked for, which {@code --without-subfolders} has left out. */
  Set<FolderName> leftOut() {
    return leftOut;
  }

  /** Whose live mail it comes into. */
  MailboxAddress into(RestoreRequest request) {
    return into == null ? request.mailbox() : into;
  }

  /** The id of a restore, as it was printed. */
  static final class Id implements ITypeConverter<UUID> {
    Id() {}

    @Override
    public UUID convert(String value) {
      try {
        return UUID.fromString(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "' is no id of a restore");
      }
    }
  }
}
