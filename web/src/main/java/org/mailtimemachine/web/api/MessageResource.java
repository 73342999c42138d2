package org.mailtimemachine.web.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.MessageNote;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** One message, taken apart. */
@RequestScoped
@Path("snapshots/{snapshot}/messages")
@Tag(name = "Messages")
@Produces(MediaType.APPLICATION_JSON)
public class MessageResource {

  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;

  /**
   * One message; size in bytes.
   *
   * @param attachments how many of the parts a person would call an attachment
   * @param text its plain text, or what its HTML says
   * @param htmlUrl of the page to be shown in a frame; null where the message has no HTML
   * @param notes sentences on what was cut or is damaged
   * @param unparseable whether only the source can be shown
   */
  @JsonbNillable
  public record Message(
      UUID id,
      String subject,
      String from,
      String to,
      String cc,
      Instant date,
      long size,
      List<String> flags,
      List<String> keywords,
      int attachments,
      List<Header> headers,
      String text,
      @Nullable String htmlUrl,
      List<Part> parts,
      List<String> notes,
      boolean unparseable) {}

  /** One header field, decoded. */
  public record Header(String name, String value) {}

  /**
   * One part.
   *
   * @param number what stands in the address of an attachment
   * @param inline whether it is part of the text or a picture that the HTML shows
   */
  public record Part(int number, String contentType, String name, long size, boolean inline) {

    static Part of(MessagePart part, boolean inline) {
      return new Part(part.number(), part.contentType(), part.name(), part.size(), inline);
    }
  }

  /** A message as it stood in a Folder of that Snapshot. */
  @GET
  @Path("{message: [0-9a-fA-F-]+}")
  @Operation(summary = "One message, taken apart")
  public Message message(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @Context UriInfo uri)
      throws IOException {
    try (OpenedMessage opened = messages.require(signedIn.address(), snapshot, message)) {
      ParsedMessage parsed = opened.parse();
      List<MessagePart> files = opened.pictures(parsed).files(parsed);
      String htmlUrl = uri.getAbsolutePath().getRawPath() + "/html";
      return message(opened.row(), parsed, files, htmlUrl);
    }
  }

  private static Message message(
      CataloguedMessage row, ParsedMessage parsed, List<MessagePart> files, String htmlUrl) {
    return new Message(
        row.id(),
        row.subject(),
        row.from(),
        row.to(),
        parsed.summary().cc(),
        row.date(),
        row.size(),
        row.flags().words(),
        row.keywords(),
        row.attachments(),
        parsed.headers().stream().map(header -> new Header(header.name(), header.value())).toList(),
        parsed.text(),
        parsed.html().isEmpty() ? null : htmlUrl,
        parsed.parts().stream().map(part -> Part.of(part, !files.contains(part))).toList(),
        parsed.notes().stream().sorted().map(MessageNote::sentence).toList(),
        parsed.unparseable().isPresent());
  }
}
