package org.mailtimemachine.web.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.web.message.IndexedSnapshot;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** Days, Folders and lists of messages. */
@RequestScoped
@Path("snapshots")
@Tag(name = "Days")
@Produces(MediaType.APPLICATION_JSON)
public class SnapshotsResource {

  /** The INBOX, those with a special use, the others by name; two of one name by their id. */
  private static final Comparator<FolderSummary> ORDER =
      Comparator.<FolderSummary>comparingInt(
              folder ->
                  folder.specialUse().map(SpecialUse::ordinal).orElse(SpecialUse.values().length))
          .thenComparing(folder -> folder.name().text())
          .thenComparing(FolderSummary::id);

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;

  /** One Snapshot; times with offset. */
  public record Snapshot(String name, Instant takenAt, long messages, boolean indexed) {}

  /** One Folder; {@code specialUse} is a lower case word of RFC 6154, or null. */
  @JsonbNillable
  public record Folder(
      UUID id,
      String name,
      @Nullable String specialUse,
      boolean subscribed,
      boolean busy,
      long messages,
      long unread) {}

  /** One page of a Folder. */
  public record Messages(long total, List<Message> messages) {}

  /** One line of a list; size in bytes. */
  @Schema(name = "MessageLine")
  public record Message(
      UUID id,
      String subject,
      String from,
      String to,
      Instant date,
      long size,
      List<String> flags,
      List<String> keywords,
      int attachments,
      String preview) {

    static Message of(CataloguedMessage row) {
      return new Message(
          row.id(),
          row.subject(),
          row.from(),
          row.to(),
          row.date(),
          row.size(),
          row.flags().words(),
          row.keywords(),
          row.attachments(),
          row.preview());
    }
  }

  /** The Snapshots of the signed-in Mailbox, newest first. */
  @GET
  @Operation(summary = "The days of the mailbox, the newest first")
  public List<Snapshot> snapshots() {
    return catalogue.snapshots(signedIn.address()).stream()
        .map(
            summary ->
                new Snapshot(
                    summary.name().text(),
                    summary.takenAt(),
                    summary.messages(),
                    summary.indexed()))
        .toList();
  }

  /** The Folders of one Snapshot, the INBOX first, then those with a special use, then by name. */
  @GET
  @Path("{snapshot}/folders")
  @Operation(summary = "The folders of a day")
  public List<Folder> folders(@PathParam("snapshot") SnapshotName snapshot) {
    IndexedSnapshot.require(catalogue, signedIn.address(), snapshot);
    return catalogue.folders(signedIn.address(), snapshot).stream()
        .sorted(ORDER)
        .map(SnapshotsResource::folder)
        .toList();
  }

  /** One page of a Folder. */
  @GET
  @Path("{snapshot}/folders/{folder}/messages")
  @Operation(summary = "One page of a folder")
  public Messages messages(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("folder") UUID folder,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "0"))
          @QueryParam("offset")
          @Nullable String offset,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "50"))
          @QueryParam("limit")
          @Nullable String limit,
      @Parameter(
              schema =
                  @Schema(
                      enumeration = {"date", "from", "subject", "size"},
                      defaultValue = "date"))
          @QueryParam("sort")
          @Nullable String sort,
      @Parameter(
              schema =
                  @Schema(
                      enumeration = {"asc", "desc"},
                      defaultValue = "desc"))
          @QueryParam("order")
          @Nullable String order,
      @Parameter(description = "Only messages with this in subject or correspondents")
          @QueryParam("q")
          @Nullable String text) {
    MessageQuery query = PageParameters.query(offset, limit, sort, order, text);
    IndexedSnapshot.require(catalogue, signedIn.address(), snapshot);
    MessagePage found =
        catalogue
            .messages(signedIn.address(), snapshot, folder, query)
            .orElseThrow(NotFoundException::new);
    return new Messages(found.total(), found.messages().stream().map(Message::of).toList());
  }

  private static Folder folder(FolderSummary summary) {
    return new Folder(
        summary.id(),
        summary.name().text(),
        summary.specialUse().map(use -> use.name().toLowerCase(Locale.ROOT)).orElse(null),
        summary.subscribed(),
        summary.busy(),
        summary.messages(),
        summary.unread());
  }
}
