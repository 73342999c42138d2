package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Writes the messages of the story as the bytes that a Maildir holds (LF line ends). The same
 * story, seed and day give the same bytes.
 */
final class MessageComposer {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss xx", Locale.US);
  private static final String MIXED_NOTICE = "This is a multi-part message in MIME format.\n";

  private final Story story;
  private final Wording wording;
  private final long seed;
  private final Map<String, String> texts = new HashMap<>();

  MessageComposer(Story story, Wording wording, long seed) {
    this.story = story;
    this.wording = wording;
    this.seed = seed;
  }

  /** When the message was sent, to the second. */
  ZonedDateTime sentAt(StoryMessage message) {
    int second = random(message.id(), "second").nextInt(60);
    return message.at().on(wording.today()).plusSeconds(second).atZone(wording.zone());
  }

  /** As its author keeps it in Sent or Drafts. */
  byte[] written(StoryMessage message) {
    MimePart content = content(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(headers(message).getBytes(UTF_8));
    if (!message.headers().containsKey("Content-Type")) {
      out.writeBytes("MIME-Version: 1.0\n".getBytes(US_ASCII));
    }
    out.writeBytes(content.headers().getBytes(US_ASCII));
    out.write('\n');
    out.writeBytes(content.body());
    return out.toByteArray();
  }

  /** As it is delivered: below the trace of its way. */
  byte[] delivered(StoryMessage message, String recipient) {
    String from = message.notes().getOrDefault("sender", message.sender().address());
    String host = from.isEmpty() ? "mx.demo.test" : "mail." + from.substring(from.indexOf('@') + 1);
    SplittableRandom random = random(message.id(), recipient);
    String queueId = "4" + Long.toString(random.nextLong(1L << 50), 36).toUpperCase(Locale.ROOT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String arrived = DATE.format(sentAt(message).plusSeconds(2));
    String lastByte = Integer.toString(10 + random.nextInt(200));
    String trace =
        """
        Return-Path: <%s>
        Delivered-To: %s
        Received: from %s (%s [192.0.2.%s])
        \tby mx.demo.test (Postfix) with ESMTPS id %s
        \tfor <%s>; %s
        """
            .formatted(from, recipient, host, host, lastByte, queueId, recipient, arrived);
    out.writeBytes(trace.getBytes(US_ASCII));
    out.writeBytes(written(message));
    return out.toByteArray();
  }

  private String headers(StoryMessage message) {
    Charset charset = charset(message);
    StringBuilder out = new StringBuilder();
    ZonedDateTime date = sentAt(message);
    Optional<String> offset = message.note("tz");
    if (offset.isPresent()) {
      date = date.withZoneSameInstant(ZoneOffset.of(offset.get()));
    }
    out.append(HeaderText.field("Date", DATE.format(date)));
    message.headers().forEach((name, value) -> out.append(header(message, name, value, charset)));
    out.append(HeaderText.field("Message-ID", messageId(message)));
    message
        .note("reply")
        .map(story::message)
        .ifPresent(
            parent -> {
              out.append(HeaderText.field("In-Reply-To", messageId(parent)));
              out.append(HeaderText.field("References", references(parent)));
            });
    author(message)
        .ifPresent(author -> out.append(HeaderText.field("User-Agent", author.mailProgram())));
    return out.toString();
  }

  private String header(StoryMessage message, String name, String value, Charset charset) {
    String filled = filled(value, message);
    if (filled.isBlank()) {
      return "";
    }
    return switch (name) {
      case "From", "To", "Cc", "Reply-To", "Sender" ->
          HeaderText.field(name, HeaderText.people(Person.listOf(filled), charset));
      case "Subject", "Organization", "Comments" ->
          HeaderText.field(name, HeaderText.encoded(filled, charset));
      default -> HeaderText.field(name, filled);
    };
  }

  private MimePart content(StoryMessage message) {
    if (message.headers().containsKey("Content-Type")) {
      String raw = filled(message.text(), message);
      return new MimePart("", (raw + "\n").getBytes(UTF_8));
    }
    List<MimePart> parts = new ArrayList<>();
    parts.add(body(message));
    for (String attachment : message.attachments()) {
      Attachment file = Attachment.of(filled(attachment, message));
      parts.add(file.part(message.at().on(wording.today())));
    }
    message.note("forward").map(story::message).ifPresent(inner -> parts.add(nested(inner)));
    return parts.size() == 1
        ? parts.getFirst()
        : MimePart.multipart("mixed", boundary(message, "mixed"), MIXED_NOTICE, parts);
  }

  private MimePart nested(StoryMessage inner) {
    String headers =
        MimePart.field("Content-Type", "message/rfc822")
            + MimePart.field("Content-Disposition", "attachment; filename=\"forwarded.eml\"")
            + MimePart.field("Content-Transfer-Encoding", "8bit");
    return new MimePart(headers, written(inner));
  }

  private MimePart body(StoryMessage message) {
    Charset charset = charset(message);
    boolean as8bit = message.is("8bit");
    boolean flowed = style(message).contains("flowed");
    String text = text(message);
    MimePart plain =
        MimePart.text(
            "plain",
            flowed ? "; format=flowed" : "",
            flowed ? BodyText.flowed(text) : BodyText.wrapped(text),
            charset,
            as8bit);
    List<MimePart> forms = new ArrayList<>();
    if (!message.is("html-only")) {
      forms.add(plain);
    }
    html(message, text)
        .map(html -> MimePart.text("html", "", html, charset, as8bit))
        .map(html -> withPictures(message, html))
        .ifPresent(forms::add);
    message
        .note("calendar")
        .ifPresent(
            event -> {
              String ics = filled(event.replace("\\n", "\n"), message);
              forms.add(MimePart.text("calendar", "; method=REQUEST", ics, UTF_8, false));
            });
    return forms.size() == 1
        ? forms.getFirst()
        : MimePart.multipart("alternative", boundary(message, "alternative"), "", forms);
  }

  private Optional<String> html(StoryMessage message, String text) {
    if (message.html().isPresent()) {
      StoryMessage.Html html = message.html().get();
      return Optional.of(framed(html.layout(), filled(html.content(), message), message));
    }
    return style(message).contains("rich")
        ? Optional.of(framed("letter", BodyText.html(text), message))
        : Optional.empty();
  }

  private String framed(String layout, String content, StoryMessage message) {
    return filled(story.layout(layout), message)
        .replace("{subject}", BodyText.escaped(filled(message.header("Subject"), message)))
        .replace("{body}", content.stripTrailing());
  }

  private MimePart withPictures(StoryMessage message, MimePart html) {
    Optional<String> pictures = message.note("inline");
    if (pictures.isEmpty()) {
      return html;
    }
    List<MimePart> parts = new ArrayList<>(List.of(html));
    for (String picture : pictures.get().split(";", -1)) {
      Attachment file = Attachment.of("png|" + picture.strip());
      parts.add(file.inlinePart(file.content() + "@" + message.sender().address()));
    }
    return MimePart.multipart("related", boundary(message, "related"), "", parts);
  }

  /** The body before its lines are broken, with quotation and signature. */
  private String text(StoryMessage message) {
    String known = texts.get(message.id());
    if (known != null) {
      return known;
    }
    String text = filled(message.text(), message);
    Optional<StoryMessage> parent = message.note("reply").map(story::message);
    if (parent.isPresent() && text.contains("{quote}")) {
      StoryMessage quoted = parent.get();
      String above = Wording.attribution(quoted.sender(), sentAt(quoted), language(message));
      text = text.replace("{quote}", above + "\n" + BodyText.quoted(text(quoted)));
    }
    if (!message.is("nosig")) {
      text += author(message).map(author -> "\n\n-- \n" + author.signature()).orElse("");
    }
    texts.put(message.id(), text);
    return text;
  }

  private String style(StoryMessage message) {
    return message.note("kind").or(() -> author(message).map(DemoUser::style)).orElse("plain");
  }

  private Optional<DemoUser> author(StoryMessage message) {
    return story.userOf(message.sender().address());
  }

  private String references(StoryMessage parent) {
    String older =
        parent.note("reply").map(story::message).map(m -> references(m) + " ").orElse("");
    return older + messageId(parent);
  }

  private String messageId(StoryMessage message) {
    String address = message.sender().address();
    String unique = Long.toHexString(random(message.id(), "message-id").nextLong());
    return "<" + unique + "@" + address.substring(address.indexOf('@') + 1) + ">";
  }

  private String boundary(StoryMessage message, String level) {
    return "------------" + Long.toString(random(message.id(), level).nextLong(1L << 60), 36);
  }

  private String filled(String text, StoryMessage message) {
    return wording.filled(text, language(message));
  }

  private static Locale language(StoryMessage message) {
    return Locale.forLanguageTag(message.note("lang").orElse("en"));
  }

  private static Charset charset(StoryMessage message) {
    return message.note("charset").map(Charset::forName).orElse(UTF_8);
  }

  private SplittableRandom random(String id, String purpose) {
    return new SplittableRandom(seed * 31 + (id + "/" + purpose).hashCode());
  }
}
