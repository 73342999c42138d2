package org.mailtimemachine.command;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.ModifiedUtf7;

/**
 * A Mailbox of nothing but attacks: a message for each root cause, whose parts are the vectors of
 * {@link HostileHtml}; one for each hostile text, which stands in all its headers and in its body;
 * one with attachments of all kinds; and Folders with hostile names.
 */
final class HostileMail {

  static final MailboxAddress MAILBOX = MailboxAddress.of("target@example.test");

  /** The subject of the message with the attachments. */
  static final String ATTACHMENTS = "All attachments";

  /** The subject of the message whose text is all texts. */
  static final String TEXTS = "All texts";

  /** Types that a browser draws or runs where it is let. */
  static final List<String> DRAWN =
      List.of(
          "text/html",
          "image/svg+xml",
          "application/xhtml+xml",
          "text/xml",
          "application/pdf",
          "text/javascript",
          "multipart/x-mixed-replace",
          "image/png",
          "text/css",
          "application/x-shockwave-flash",
          "text/plain",
          "application/octet-stream");

  private static final String BOUNDARY = "=_between_parts";

  private final Path maildir;
  private int delivered;

  private HostileMail(Path maildir) {
    this.maildir = maildir;
  }

  /** The subject of the message with all vectors of this cause. */
  static String subject(String rootCause) {
    return "Vectors: " + rootCause;
  }

  /** Delivers everything below the directory of all Maildirs. */
  static void deliver(Path mail) throws IOException {
    HostileMail mailbox =
        new HostileMail(mail.resolve(MAILBOX.domain()).resolve(MAILBOX.localPart()));
    mailbox.makeFolder("");
    for (Map.Entry<String, List<HostileHtml>> cause :
        HostileHtml.all().stream()
            .collect(Collectors.groupingBy(HostileHtml::rootCause))
            .entrySet()) {
      List<String> parts = new ArrayList<>();
      for (HostileHtml vector : cause.getValue()) {
        parts.add(part("Content-Type: " + vector.contentType() + "\n", vector.bytes()));
      }
      mailbox.deliver(
          headers(subject(cause.getKey()), "Somebody <somebody@example.test>") + multipart(parts));
    }
    List<String> files = new ArrayList<>();
    files.add(part("Content-Type: text/plain\n", bytes("See the attachments")));
    for (String text : HostileHtml.texts()) {
      String word = "=?utf-8?B?" + Base64.getEncoder().encodeToString(bytes(text)) + "?=";
      mailbox.deliver(
          headers(word, word + " <somebody@example.test>")
              + "To: "
              + word
              + " <target@example.test>\nX-Hostile: "
              + word
              + "\n"
              + part("Content-Type: text/plain; charset=utf-8\n", bytes(text)));
      String type = DRAWN.get(files.size() % DRAWN.size());
      String name = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
      files.add(
          part(
              "Content-Type: "
                  + type
                  + "\nContent-Disposition: attachment;\n filename*=utf-8''"
                  + name
                  + "\n",
              bytes("<script>console.log(/ran:attachment/)</script>")));
      mailbox.makeFolder("." + folder(text));
    }
    mailbox.deliver(
        headers(TEXTS, "Somebody <somebody@example.test>")
            + part(
                "Content-Type: text/plain; charset=utf-8\n",
                bytes(String.join("\n", HostileHtml.texts()))));
    mailbox.deliver(headers(ATTACHMENTS, "Somebody <somebody@example.test>") + multipart(files));
  }

  /** A text as far as a directory can be named so. */
  private static String folder(String text) {
    String encoded = ModifiedUtf7.encode(text.replace('/', '|').replace('.', ','));
    return encoded.length() > 200 ? ModifiedUtf7.encode(text.substring(0, 20)) : encoded;
  }

  private void makeFolder(String name) throws IOException {
    for (String directory : List.of("cur", "new", "tmp")) {
      Files.createDirectories(maildir.resolve(name).resolve(directory));
    }
  }

  private void deliver(String message) throws IOException {
    String name = "%d.M%dP1.test:2,".formatted(1_790_000_000 + delivered, delivered);
    Files.write(maildir.resolve("cur").resolve(name), bytes(message));
    delivered++;
  }

  private static String headers(String subject, String from) {
    return "From: "
        + from
        + "\nSubject: "
        + subject
        + "\nDate: Thu, 12 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n";
  }

  private static String multipart(List<String> parts) {
    StringBuilder body =
        new StringBuilder("Content-Type: multipart/mixed; boundary=\"" + BOUNDARY + "\"\n\n");
    for (String part : parts) {
      body.append("--").append(BOUNDARY).append('\n').append(part);
    }
    return body.append("--").append(BOUNDARY).append("--\n").toString();
  }

  private static String part(String headers, byte[] content) {
    return headers
        + "Content-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder(76, bytes("\n")).encodeToString(content)
        + "\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
