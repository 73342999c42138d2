package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A file that a story message carries, made when the message is written: {@code kind|file
 * name|content}, where {@code \n} in the content is a line end.
 *
 * @param kind {@code pdf} (the first line is the heading), {@code png} (the content is the seed of
 *     the picture), {@code zip} (each line one text file), {@code csv}, {@code txt} or {@code ics}
 */
record Attachment(String kind, String name, String content) {

  static Attachment of(String text) {
    String[] fields = text.split("\\|", 3);
    return new Attachment(
        fields[0], fields[1], fields.length == 3 ? fields[2].replace("\\n", "\n") : fields[1]);
  }

  /** The part of the message, offered for download. */
  MimePart part(LocalDateTime sent) {
    return MimePart.binary(headers("attachment"), bytes(sent));
  }

  /** The part of a message whose HTML shows it by {@code cid:}. */
  MimePart inlinePart(String contentId) {
    String headers = headers("inline") + MimePart.field("Content-ID", "<" + contentId + ">");
    return MimePart.binary(headers, PngPicture.of(content, 360, 200));
  }

  private String headers(String disposition) {
    String parameter =
        HeaderText.isAscii(name)
            ? "; name=\"" + name + '"'
            : "; name=\"" + HeaderText.encoded(name, UTF_8) + '"';
    return MimePart.field("Content-Type", contentType() + parameter)
        + MimePart.field(
            "Content-Disposition", disposition + HeaderText.fileName("filename", name));
  }

  private String contentType() {
    return switch (kind) {
      case "pdf" -> "application/pdf";
      case "png" -> "image/png";
      case "zip" -> "application/zip";
      case "csv" -> "text/csv; charset=UTF-8";
      case "ics" -> "text/calendar; charset=UTF-8";
      case "txt" -> "text/plain; charset=UTF-8";
      default -> throw new IllegalArgumentException("no kind of attachment: " + kind);
    };
  }

  private byte[] bytes(LocalDateTime sent) {
    List<String> lines = content.lines().toList();
    return switch (kind) {
      case "pdf" -> PdfPage.of(lines.getFirst(), lines.subList(1, lines.size()));
      case "png" -> PngPicture.of(content, 480, 300);
      case "zip" -> zip(lines, sent);
      default -> (content + "\n").getBytes(UTF_8);
    };
  }

  /** Each line {@code file name: text}. */
  private static byte[] zip(List<String> lines, LocalDateTime sent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String line : lines) {
        ZipEntry entry = new ZipEntry(line.substring(0, line.indexOf(':')));
        entry.setTimeLocal(sent.withSecond(0).withNano(0));
        zip.putNextEntry(entry);
        zip.write(line.substring(line.indexOf(':') + 1).strip().repeat(20).getBytes(UTF_8));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("zip in memory", e);
    }
    return out.toByteArray();
  }
}
