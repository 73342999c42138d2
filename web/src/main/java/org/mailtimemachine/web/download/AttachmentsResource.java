package org.mailtimemachine.web.download;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartContent;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.web.message.DownloadName;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** All files of one message in one. */
@RequestScoped
@Path("snapshots/{snapshot}/messages/{message}/attachments.zip")
@Tag(name = "Messages")
public class AttachmentsResource {

  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;

  /**
   * What the list of its attachments has, each decoded.
   *
   * @param part the way to a message within this one; empty for this one
   */
  @GET
  @Operation(summary = "All attachments in one file")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content =
          @Content(
              mediaType = "application/zip",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response attachments(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @QueryParam("part") @DefaultValue("") String part)
      throws IOException {
    PartPath path = PartPath.parse(part).orElseThrow(NotFoundException::new);
    OpenedMessage whole = messages.require(signedIn.address(), snapshot, message);
    try {
      OpenedMessage opened = whole.within(path).orElseThrow(NotFoundException::new);
      ParsedMessage parsed = opened.parse();
      List<MessagePart> files = opened.pictures(parsed).files(parsed);
      StreamingOutput written =
          out -> {
            try (opened;
                ZipStream zip = new ZipStream(out)) {
              for (MessagePart file : files) {
                write(opened, file, zip);
              }
            }
          };
      return Response.ok(written)
          .header(HttpHeaders.CONTENT_TYPE, "application/zip")
          .header(
              HttpHeaders.CONTENT_DISPOSITION,
              DownloadName.attachment(
                  ArchivePath.component(opened.row().subject(), "message") + ".zip"))
          .build();
    } catch (IOException | RuntimeException e) {
      whole.close();
      throw e;
    }
  }

  private static void write(OpenedMessage opened, MessagePart file, ZipStream zip)
      throws IOException {
    Optional<PartContent> part = opened.part(file.number());
    if (part.isPresent()) {
      try (PartContent content = part.get()) {
        String name = ArchivePath.component(file.name(), "attachment");
        content
            .content()
            .transferTo(zip.begin("%02d %s".formatted(file.number(), name), opened.row().date()));
        zip.end();
      }
    }
  }
}
