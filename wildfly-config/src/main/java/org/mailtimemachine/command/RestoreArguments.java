package org.mailtimemachine.command;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.snapshot.SnapshotName;
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
      description =
          "Only this folder, without those below it, as 'mtm snapshot show' prints it; may be"
              + " repeated.")
  private List<String> folders = new ArrayList<>();

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

  RestoreArguments() {}

  /** Whether anything of it was typed. */
  boolean given() {
    return mailbox != null || !folders.isEmpty() || intoRestored || alsoMoved || into != null;
  }

  /** A new request. */
  RestoreRequest request(Clock clock) {
    if (mailbox == null || snapshot == null) {
      throw new ParameterException(
          command.commandLine(),
          "Missing: whose mail and from when, as in '%s anna@example.org 2026-11-20'"
              .formatted(command.qualifiedName()));
    }
    String name = snapshot;
    Set<FolderName> names = new LinkedHashSet<>();
    for (String folder : folders) {
      try {
        names.add(new FolderName(folder));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            command.commandLine(), "--folder: '" + folder + "' is no name of a folder", e);
      }
    }
    return new RestoreRequest(
        UUID.randomUUID(),
        mailbox,
        SnapshotName.parse(name)
            .orElseThrow(
                () -> new ParameterException(command.commandLine(), "no snapshot name: " + name)),
        names.isEmpty() ? new RestoreScope.WholeMailbox() : new RestoreScope.Folders(names),
        intoRestored
            ? RestoreRequest.Target.BELOW_RESTORED
            : RestoreRequest.Target.ORIGINAL_FOLDERS,
        alsoMoved,
        clock.instant(),
        "");
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
