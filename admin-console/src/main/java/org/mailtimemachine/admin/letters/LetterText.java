package org.mailtimemachine.admin.letters;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a letter says, before it becomes mail. Much of it was written by users: nothing of it is
 * markup, and no character of it is invisible.
 *
 * @param language in which it is written
 */
record LetterText(String subject, Locale language, List<Section> sections) {

  private static final String END = "\r\n";

  /** A subject is one header field, and no place for long stories. */
  private static final int LONGEST_SUBJECT = 200;

  LetterText {
    String line = visible(subject).replace('\n', ' ');
    subject = line.length() > LONGEST_SUBJECT ? line.substring(0, LONGEST_SUBJECT) : line;
    sections = List.copyOf(sections);
  }

  /** Control characters as spaces but for the end of a line; what turns text around, not at all. */
  static String visible(String text) {
    return text.replace("\r\n", "\n")
        .replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}&&[^\n]]", " ")
        .replaceAll("\\p{Cf}", "");
  }

  /** The whole letter as plain text. */
  String plain() {
    return sections.stream().map(LetterText::plain).collect(Collectors.joining(END + END)) + END;
  }

  private static String plain(Section section) {
    return switch (section) {
      case Section.Sentence sentence -> lines("", sentence.text());
      case Section.Quote quote -> visible(quote.heading()) + END + lines("> ", quote.text());
      case Section.Facts facts ->
          facts.facts().stream()
              .map(fact -> lines("", fact.name() + ": " + fact.value()))
              .collect(Collectors.joining(END));
      case Section.Lines lines ->
          visible(lines.heading())
              + END
              + lines.lines().stream()
                  .map(line -> lines("  ", line.replace('\n', ' ')))
                  .collect(Collectors.joining(END));
      case Section.Links links ->
          links.links().stream()
              .map(link -> visible(link.words()) + ":" + END + link.to())
              .collect(Collectors.joining(END + END));
    };
  }

  private static String lines(String before, String text) {
    return visible(text).lines().map(line -> before + line).collect(Collectors.joining(END));
  }

  /** The whole letter as a document without anything that would have to be fetched. */
  String html() {
    return "<!DOCTYPE html>\r\n<html lang=\"%s\"><head><meta charset=\"UTF-8\"><title>%s</title></head>\r\n"
            .formatted(language.getLanguage(), escaped(subject))
        + "<body style=\"margin:0;padding:24px;font:15px/1.5 sans-serif;max-width:640px\">\r\n"
        + sections.stream().map(LetterText::html).collect(Collectors.joining("\r\n"))
        + "\r\n</body></html>\r\n";
  }

  private static String html(Section section) {
    return switch (section) {
      case Section.Sentence sentence -> "<p>" + broken(sentence.text()) + "</p>";
      case Section.Quote quote ->
          "<p>%s</p><blockquote dir=\"auto\" style=\"margin:0 0 16px;padding:2px 14px;border-left:3px solid #37beff\">%s</blockquote>"
              .formatted(escaped(quote.heading()), broken(quote.text()));
      case Section.Facts facts ->
          facts.facts().stream()
              .map(
                  fact ->
                      "<tr><th style=\"text-align:left;vertical-align:top;padding:2px 18px 2px 0;font-weight:600\">%s</th><td style=\"padding:2px 0\" dir=\"auto\">%s</td></tr>"
                          .formatted(escaped(fact.name()), escaped(fact.value())))
              .collect(
                  Collectors.joining(
                      "",
                      "<table style=\"border-collapse:collapse;margin:0 0 16px\">",
                      "</table>"));
      case Section.Lines lines ->
          lines.lines().stream()
              .map(line -> "<li dir=\"auto\">" + escaped(line) + "</li>")
              .collect(
                  Collectors.joining("", "<p>" + escaped(lines.heading()) + "</p><ul>", "</ul>"));
      case Section.Links links ->
          links.links().stream()
              .map(
                  link ->
                      "<a href=\"%s\" style=\"display:inline-block;margin:4px 10px 4px 0;padding:9px 18px;border-radius:4px;background:#0e7db3;color:#fff;text-decoration:none\">%s</a>"
                          .formatted(escaped(link.to().toString()), escaped(link.words())))
              .collect(Collectors.joining("", "<p>", "</p>"));
    };
  }

  private static String broken(String text) {
    return escaped(text).replace("\n", "<br>\r\n");
  }

  private static String escaped(String text) {
    return visible(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
