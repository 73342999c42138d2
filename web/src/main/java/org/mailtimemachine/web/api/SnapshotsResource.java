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
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** Days, Folders and lists of messages. */
@RequestScoped
@Path("snapshots")
@Produces(MediaType.APPLICATION_JSON)
public class SnapshotsResource {

  /** Seconds after which it is worth asking again for a Snapshot that is being indexed. */
  private static final long INDEXING_RETRY = 5;

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

  /** The Folders of one Snapshot. */
  @GET
  @Path("{snapshot}/folders")
  public List<Folder> folders(@PathParam("snapshot") SnapshotName snapshot) {
    requireIndexed(snapshot);
    return catalogue.folders(signedIn.address(), snapshot).stream()
        .map(SnapshotsResource::folder)
        .toList();
  }

  /** One page of a Folder. */
  @GET
  @Path("{snapshot}/folders/{folder}/messages")
  public Messages messages(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("folder") UUID folder,
      @QueryParam("offset") @Nullable String offset,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("sort") @Nullable String sort,
      @QueryParam("order") @Nullable String order,
      @QueryParam("q") @Nullable String text) {
    MessageQuery query = PageParameters.query(offset, limit, sort, order, text);
    requireIndexed(snapshot);
    MessagePage found =
        catalogue
            .messages(signedIn.address(), snapshot, folder, query)
            .orElseThrow(NotFoundException::new);
    return new Messages(found.total(), found.messages().stream().map(Message::of).toList());
  }

  /** A Snapshot that is not there is not found; one that is not indexed yet will be. */
  private void requireIndexed(SnapshotName name) {
    SnapshotSummary summary =
        catalogue.snapshots(signedIn.address()).stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(NotFoundException::new);
    if (!summary.indexed()) {
      throw new ServiceUnavailableException(INDEXING_RETRY);
    }
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
