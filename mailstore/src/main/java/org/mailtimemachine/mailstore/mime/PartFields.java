package org.mailtimemachine.mailstore.mime;

import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.ParameterList;
import jakarta.mail.internet.ParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a part says about its content.
 *
 * @param contentType lower case, without parameters
 * @param boundary between the parts of a multipart, as it was declared
 * @param charset label as it was declared
 * @param transferEncoding lower case word, {@code 7bit} where there is none
 * @param attachment whether the disposition says so
 * @param fileName as it was sent, decoded; hostile
 * @param contentId without angle brackets
 * @param flowed how lines of plain text are put together; empty where they are lines
 */
record PartFields(
    String contentType,
    Optional<String> boundary,
    Optional<String> charset,
    String transferEncoding,
    boolean attachment,
    Optional<String> fileName,
    Optional<String> contentId,
    Optional<FlowedText> flowed) {

  private static final Pattern TYPE =
      Pattern.compile("\\s*([\\w!#$&^.+-]{1,80})\\s*/\\s*([\\w!#$&^.+-]{1,80})");

  /** A parameter, whatever stands around it. */
  private static final Pattern LOOKS =
      Pattern.compile(
          "[;\\s](?<name>\\w{1,20}+)\\s*=\\s*"
              + "(?:\"(?<quoted>[^\"]{0,1000}+)\"?|(?<bare>[^\";\\s]{1,1000}+))");

  static PartFields of(HeaderBlock header, String defaultType) {
    String value = HeaderText.unfolded(header.first("Content-Type").orElse(defaultType));
    Matcher matcher = TYPE.matcher(value);
    String type =
        matcher.lookingAt()
            ? (matcher.group(1) + "/" + matcher.group(2)).toLowerCase(Locale.ROOT)
            : "text/plain";
    ParameterList parameters = contentTypeParameters(value);
    String disposition = header.first("Content-Disposition").map(HeaderText::unfolded).orElse("");
    Optional<String> name =
        parameter(dispositionParameters(disposition), disposition, "filename")
            .or(() -> parameter(parameters, value, "name"));
    return new PartFields(
        type,
        parameter(parameters, value, "boundary"),
        parameter(parameters, value, "charset"),
        header
            .first("Content-Transfer-Encoding")
            .map(TransferDecoding::word)
            .filter(word -> !word.isEmpty())
            .orElse("7bit"),
        disposition.strip().toLowerCase(Locale.ROOT).startsWith("attachment"),
        name.map(EncodedWords::decode).filter(text -> !text.isBlank()),
        header
            .first("Content-ID")
            .map(id -> HeaderText.line(id).replaceAll("^<|>$", ""))
            .filter(id -> !id.isEmpty()),
        type.equals("text/plain") ? flowed(parameters, value) : Optional.empty());
  }

  private static Optional<FlowedText> flowed(@Nullable ParameterList parameters, String value) {
    return parameter(parameters, value, "format")
        .filter(format -> format.strip().equalsIgnoreCase("flowed"))
        .map(
            format ->
                new FlowedText(
                    parameter(parameters, value, "delsp")
                        .filter(delSp -> delSp.strip().equalsIgnoreCase("yes"))
                        .isPresent()));
  }

  /** The Content-Type, fit for Jakarta Mail. */
  String declared() {
    return contentType
        + boundary
            .map(text -> "; boundary=\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
            .orElse("");
  }

  boolean multipart() {
    return contentType.startsWith("multipart/");
  }

  boolean is(String type) {
    return contentType.equals(type);
  }

  private static @Nullable ParameterList contentTypeParameters(String value) {
    if (value.indexOf(';') < 0) {
      return null;
    }
    try {
      return new ContentType(value).getParameterList();
    } catch (ParseException e) {
      return null;
    }
  }

  private static @Nullable ParameterList dispositionParameters(String value) {
    if (value.indexOf(';') < 0) {
      return null;
    }
    try {
      return new ContentDisposition(value).getParameterList();
    } catch (ParseException e) {
      return null;
    }
  }

  /** A parameter as Jakarta Mail reads it, or by its looks where it refuses the whole field. */
  private static Optional<String> parameter(
      @Nullable ParameterList parsed, String field, String name) {
    if (parsed != null) {
      return Optional.ofNullable(parsed.get(name));
    }
    if (field.indexOf('=') < 0) {
      return Optional.empty();
    }
    Matcher matcher = LOOKS.matcher(field);
    while (matcher.find()) {
      if (matcher.group("name").equalsIgnoreCase(name)) {
        String quoted = matcher.group("quoted");
        return Optional.of(quoted != null ? quoted : matcher.group("bare"));
      }
    }
    return Optional.empty();
  }
}
