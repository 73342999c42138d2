package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.message.TextAsHtml;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * A message as it goes on paper: its head, then its HTML or text, as one page. A frame within a
 * page is cut off by printers, so this page is printed by itself, out of a frame that nobody sees.
 */
@RequestScoped
@Path("snapshots/{snapshot}/messages")
public class MessagePrintResource {

  /**
   * For the page that prints it, it is of the same origin: else that page might not ask its frame
   * to be printed. It has no script, and none may run in it.
   */
  private static final String POLICY =
      "sandbox allow-same-origin allow-modals; default-src 'none'; style-src 'unsafe-inline'; "
          + "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; img-src data:";

  private static final String BODY = "<body>";

  private static final String STYLE =
      """
      <style>
      .print-head { border-bottom: 1px solid #888; margin-bottom: 16px; padding-bottom: 8px; }
      .print-head h1 { font-size: 20px; margin: 0 0 8px; }
      .print-head th { text-align: start; vertical-align: top; padding-inline-end: 14px; }
      .print-head a { color: inherit; text-decoration: none; }
      .print-body { white-space: pre-wrap; }
      @page { margin: 16mm; }
      @media print { body { margin: 0; } }
      </style>
      """;

  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;
  @Inject private Texts texts;

  /**
   * The page to print.
   *
   * @param part the way to a message within this one ({@link PartPath}); empty for this one
   * @param remote {@code 1} where the reader agreed to load pictures from elsewhere
   * @param text {@code 1} where the reader looks at its plain text
   */
  @GET
  @Path("{message}/print")
  @Operation(hidden = true) // a page of the webmail
  public Response print(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("message") UUID message,
      @QueryParam("part") @DefaultValue("") String part,
      @QueryParam("remote") @Nullable String remote,
      @QueryParam("text") @Nullable String text)
      throws IOException {
    boolean consent = "1".equals(remote);
    PartPath path = PartPath.parse(part).orElseThrow(NotFoundException::new);
    try (OpenedMessage whole = messages.require(signedIn.address(), snapshot, message)) {
      OpenedMessage opened = whole.within(path).orElseThrow(NotFoundException::new);
      ParsedMessage parsed = opened.parse();
      String files =
          opened.pictures(parsed).files(parsed).stream()
              .map(MessagePart::name)
              .collect(Collectors.joining(", "));
      String head = path.whole() ? head(opened.row(), parsed, files) : headWithin(parsed, files);
      String page = opened.html(parsed, consent).document();
      int body = page.indexOf(BODY) + BODY.length();
      return Response.ok(
              "1".equals(text)
                  ? page.substring(0, body)
                      + head
                      + "<div class=\"print-body\">"
                      + TextAsHtml.of(parsed.text())
                      + "</div></body></html>"
                  : page.substring(0, body) + head + page.substring(body),
              "text/html; charset=utf-8")
          .header("Content-Security-Policy", POLICY + (consent ? " https: http:" : ""))
          .build();
    }
  }

  private String head(CataloguedMessage row, ParsedMessage parsed, String files) {
    return head(
        row.subject(),
        row.from(),
        row.to(),
        parsed.summary().cc(),
        texts.moment(row.date()),
        files);
  }

  /** Of a message within another one the list knows nothing. */
  private String headWithin(ParsedMessage parsed, String files) {
    MessageSummary summary = parsed.summary();
    return head(
        summary.subject(),
        summary.from(),
        summary.to(),
        summary.cc(),
        summary.date().map(texts::moment).orElse(""),
        files);
  }

  private String head(
      String subject, String from, String to, String cc, String date, String files) {
    return STYLE
        + "<div class=\"print-head\"><h1>"
        + TextAsHtml.of(subject.isBlank() ? texts.of("message.noSubject") : subject)
        + "</h1><table>"
        + line("message.from", from)
        + line("message.to", to)
        + line("message.cc", cc)
        + line("message.date", date)
        + line("message.attachments", files)
        + "</table></div>";
  }

  private String line(String key, String value) {
    return value.isBlank()
        ? ""
        : "<tr><th>%s</th><td>%s</td></tr>".formatted(texts.of(key), TextAsHtml.of(value));
  }
}
