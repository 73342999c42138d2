package org.mailtimemachine.web.download;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.web.mailbox.Preferences;
import org.mailtimemachine.web.message.DownloadName;
import org.mailtimemachine.web.message.IndexedSnapshot;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.mirrored.MirroredFolder;
import org.mailtimemachine.web.selection.SelectedMessages;
import org.mailtimemachine.web.selection.Selection;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** A whole day or Folder as one file, made while it is sent. */
@RequestScoped
@Path("snapshots")
@Tag(name = "Days")
public class ArchiveResource {

  @Inject private Catalogue catalogue;
  @Inject private SelectedMessages selected;
  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;
  @Inject private Preferences preferences;

  /**
   * All Folders of a Snapshot.
   *
   * @param format {@code mbox} (one for each Folder, in a zip), {@code eml} (a zip of files) or
   *     {@code maildir} (a zip of a Maildir++ tree)
   */
  @GET
  @Path("{snapshot}/archive")
  @Operation(operationId = "archiveDay", summary = "A whole day as one file")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content =
          @Content(
              mediaType = "application/zip",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response day(
      @PathParam("snapshot") SnapshotName snapshot,
      @Parameter(schema = @Schema(enumeration = {"mbox", "eml", "maildir"})) @QueryParam("format")
          @Nullable String format) {
    ArchiveFormat wanted = format(format);
    IndexedSnapshot.require(catalogue, signedIn.address(), snapshot);
    return archive(Selection.all(snapshot), wanted, true, signedIn.address() + " " + snapshot);
  }

  /**
   * One Folder, or those that a search around it means: what the list with the same parameters has
   * ({@code q}, {@code in}, {@code only}, {@code since}, {@code until}, {@code scope}, {@code
   * show}, {@code compare}). What was found in bodies or over all days is selected message by
   * message.
   */
  @GET
  @Path("{snapshot}/folders/{folder}/archive")
  @Operation(operationId = "archiveFolder", summary = "A folder as one file")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content = {
        @Content(
            mediaType = "application/zip",
            schema = @Schema(type = SchemaType.STRING, format = "binary")),
        @Content(
            mediaType = "application/mbox",
            schema = @Schema(type = SchemaType.STRING, format = "binary"))
      })
  public Response folder(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("folder") UUID folder,
      @Parameter(schema = @Schema(enumeration = {"mbox", "eml", "maildir"})) @QueryParam("format")
          @Nullable String format,
      @Context UriInfo uri) {
    ArchiveFormat wanted = format(format);
    IndexedSnapshot.require(catalogue, signedIn.address(), snapshot);
    FolderName found = folderName(snapshot, folder).orElseThrow(NotFoundException::new);
    Map<String, String[]> list = new HashMap<>();
    uri.getQueryParameters().forEach((key, values) -> list.put(key, values.toArray(String[]::new)));
    list.put("day", new String[] {snapshot.text()});
    list.put("folder", new String[] {folder.toString()});
    list.put("all", new String[] {"1"});
    try {
      Selection selection = Selection.of(list, preferences.zone());
      String name = found.text().replace("/", " - ") + " " + snapshot;
      return archive(selection, wanted, selection.scope().wide(), name);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(e.getMessage(), e);
    }
  }

  private Optional<FolderName> folderName(SnapshotName snapshot, UUID folder) {
    return catalogue.folders(signedIn.address(), snapshot).stream()
        .filter(candidate -> candidate.id().equals(folder))
        .map(FolderSummary::name)
        .findFirst()
        .or(() -> MirroredFolder.of(folder).map(MirroredFolder::folderName));
  }

  private static ArchiveFormat format(@Nullable String word) {
    return ArchiveFormat.of(word)
        .orElseThrow(() -> new BadRequestException("format must be mbox, eml or maildir"));
  }

  private Response archive(
      Selection selection, ArchiveFormat format, boolean several, String name) {
    MailboxAddress mailbox = signedIn.address();
    Instant taken = takenAt(selection.snapshot());
    StreamingOutput written =
        out -> {
          try (MessageOpener.Day day = messages.day(mailbox, selection.snapshot())) {
            new ArchiveDownload(selected, day::open, mailbox, selection, format, several, taken)
                .writeTo(out);
          }
        };
    return Response.ok(written)
        .header(HttpHeaders.CONTENT_TYPE, format.mediaType(several))
        .header(
            HttpHeaders.CONTENT_DISPOSITION, DownloadName.attachment(name + format.ending(several)))
        .build();
  }

  private Instant takenAt(SnapshotName snapshot) {
    return catalogue.snapshots(signedIn.address()).stream()
        .filter(summary -> summary.name().equals(snapshot))
        .findFirst()
        .orElseThrow(NotFoundException::new)
        .takenAt();
  }
}
