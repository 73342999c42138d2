package org.mailtimemachine.web.message;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.PartContent;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * The bytes of one message: as HTML for a frame, as source, as a file, and its parts. Everything is
 * streamed, and nothing but the frame's page is ever handed to a browser as something to draw.
 */
@RequestScoped
@Path("snapshots/{snapshot}/messages")
@Tag(name = "Messages")
public class MessageContentResource {

  private static final String FRAME_POLICY =
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
          + "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
          + "frame-ancestors 'self'; img-src data:";

  private static final Set<String> HARMLESS =
      Set.of(
          "image/png",
          "image/jpeg",
          "image/gif",
          "image/webp",
          "application/pdf",
          "application/zip",
          "application/msword",
          "message/rfc822");

  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;

  /**
   * The page for the frame in which a message is read.
   *
   * @param part the way to a message within this one ({@link PartPath}); empty for this one
   * @param remote {@code 1} once the reader agreed to load pictures from elsewhere
   */
  @GET
  @Path("{message}/html")
  @Operation(summary = "Its HTML, with all that could do harm removed")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content =
          @Content(
              mediaType = "text/html",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response html(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @QueryParam("part") @DefaultValue("") String part,
      @QueryParam("remote") @Nullable String remote)
      throws IOException {
    boolean consent = "1".equals(remote);
    try (OpenedMessage opened = open(snapshot, message, path(part))) {
      SafeHtml html = opened.html(opened.parse(), consent);
      return Response.ok(html.document(), "text/html; charset=utf-8")
          .header("Content-Security-Policy", FRAME_POLICY + (consent ? " https: http:" : ""))
          .build();
    }
  }

  /**
   * The message as text, byte for byte.
   *
   * @param part as for {@link #html}
   */
  @GET
  @Path("{message}/source")
  @Operation(summary = "Its source, byte for byte")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content =
          @Content(
              mediaType = "text/plain",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response source(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @QueryParam("part") @DefaultValue("") String part,
      @Context Request request)
      throws IOException {
    return whole(
        open(snapshot, message, path(part)), request, "text/plain; charset=utf-8", "inline");
  }

  /** The message as a file, byte for byte. */
  @GET
  @Path("{message: [0-9a-fA-F-]+}.eml")
  @Operation(summary = "The message as a file, byte for byte")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content =
          @Content(
              mediaType = "message/rfc822",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response eml(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @Context Request request)
      throws IOException {
    OpenedMessage opened = open(snapshot, message, PartPath.WHOLE);
    String disposition = DownloadName.attachmentBySubject(opened.row().subject());
    return whole(opened, request, "message/rfc822", disposition);
  }

  /**
   * One part, decoded. Whatever it claims to be, it is a file to save.
   *
   * @param part its number, behind the way to the message that it is a part of: {@code 3.2} is the
   *     second part of the message that is the third part of this one
   */
  @GET
  @Path("{message}/attachments/{part}")
  @Operation(summary = "One part, decoded")
  @APIResponse(
      responseCode = "200",
      description = "The bytes",
      content =
          @Content(
              mediaType = "*/*",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response attachment(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @PathParam("part") String part,
      @Context Request request)
      throws IOException {
    PartPath path = path(part);
    OpenedMessage opened = open(snapshot, message, path.outer());
    PartContent content;
    try {
      content = opened.part(path.last()).orElseThrow(NotFoundException::new);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
    Response.ResponseBuilder response =
        Response.ok()
            .header(HttpHeaders.CONTENT_TYPE, mediaType(content.part().contentType()))
            .header(
                HttpHeaders.CONTENT_DISPOSITION, DownloadName.attachment(content.part().name()));
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      // how long it is once decoded is known when it was decoded, and not before
      try (opened) {
        long length = content.content().transferTo(OutputStream.nullOutputStream());
        return response.header(HttpHeaders.CONTENT_LENGTH, length).build();
      }
    }
    return streamed(response, request, opened, out -> content.content().transferTo(out));
  }

  /**
   * The claimed type, so that the right program opens the saved file; but nothing that a browser
   * would draw or run if it overlooked that it is to be saved.
   */
  private static String mediaType(String claimed) {
    boolean harmless =
        HARMLESS.contains(claimed)
            || claimed.startsWith("audio/")
            || claimed.startsWith("video/")
            || claimed.startsWith("application/vnd.");
    return harmless ? claimed : "application/octet-stream";
  }

  private OpenedMessage open(SnapshotName snapshot, UUID message, PartPath path)
      throws IOException {
    OpenedMessage whole = messages.require(signedIn.address(), snapshot, message);
    try {
      return whole.within(path).orElseThrow(NotFoundException::new);
    } catch (IOException | RuntimeException e) {
      whole.close();
      throw e;
    }
  }

  private static PartPath path(String text) {
    return PartPath.parse(text).orElseThrow(NotFoundException::new);
  }

  private static Response whole(
      OpenedMessage opened, Request request, String type, String disposition) throws IOException {
    return streamed(
        Response.ok()
            .header(HttpHeaders.CONTENT_TYPE, type)
            .header(HttpHeaders.CONTENT_LENGTH, opened.size())
            .header(HttpHeaders.CONTENT_DISPOSITION, disposition),
        request,
        opened,
        opened::writeTo);
  }

  /** Closes the message when it is written, or at once where only the headers are wanted. */
  private static Response streamed(
      Response.ResponseBuilder response,
      Request request,
      OpenedMessage opened,
      StreamingOutput content)
      throws IOException {
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      opened.close();
      return response.build();
    }
    StreamingOutput closing =
        out -> {
          try (opened) {
            content.write(out);
          }
        };
    return response.entity(closing).build();
  }
}
