package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A PDF of one A4 page with a heading and lines of text: small, and every viewer opens it. */
final class PdfPage {

  private static final Charset WIN_ANSI = Charset.forName("windows-1252");

  private PdfPage() {}

  static byte[] of(String heading, List<String> lines) {
    byte[] content = content(heading, lines).getBytes(WIN_ANSI);
    List<byte[]> objects = new ArrayList<>();
    objects.add(ascii("<< /Type /Catalog /Pages 2 0 R >>"));
    objects.add(ascii("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"));
    objects.add(
        ascii(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
                + " /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>"));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(ascii("<< /Length " + content.length + " >>\nstream\n"));
    stream.writeBytes(content);
    stream.writeBytes(ascii("\nendstream"));
    objects.add(stream.toByteArray());
    objects.add(font("Helvetica"));
    objects.add(font("Helvetica-Bold"));
    return file(objects);
  }

  private static String content(String heading, List<String> lines) {
    StringBuilder out = new StringBuilder("0.22 0.42 0.52 rg 56 792 483 3 re f 0 g\n");
    out.append("BT /F2 20 Tf 56 752 Td (").append(escaped(heading)).append(") Tj ET\n");
    out.append("BT /F1 11 Tf 16 TL 56 716 Td\n");
    for (String line : lines) {
      out.append('(').append(escaped(line)).append(") Tj T*\n");
    }
    return out.append("ET\n").toString();
  }

  private static byte[] file(List<byte[]> objects) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii("%PDF-1.4\n"));
    StringBuilder crossReferences = new StringBuilder("0000000000 65535 f \n");
    for (int i = 0; i < objects.size(); i++) {
      crossReferences.append(String.format(Locale.ROOT, "%010d 00000 n \n", out.size()));
      out.writeBytes(ascii((i + 1) + " 0 obj\n"));
      out.writeBytes(objects.get(i));
      out.writeBytes(ascii("\nendobj\n"));
    }
    int start = out.size();
    int count = objects.size() + 1;
    out.writeBytes(ascii("xref\n0 " + count + "\n" + crossReferences));
    out.writeBytes(ascii("trailer\n<< /Size " + count + " /Root 1 0 R >>\n"));
    out.writeBytes(ascii("startxref\n" + start + "\n%%EOF\n"));
    return out.toByteArray();
  }

  private static byte[] font(String name) {
    return ascii(
        "<< /Type /Font /Subtype /Type1 /BaseFont /" + name + " /Encoding /WinAnsiEncoding >>");
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
