package org.mailtimemachine.mirror.register;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.mirror.Mirror;
import org.mailtimemachine.mirror.MirrorSource;

/**
 * A Mirror as a file: a line for each fact, and a check sum over all of them at the end, so that a
 * file that a crash, a full disk or an editor has cut is not taken for a mirror.
 */
final class MirrorFile {

  private static final String FORMAT = "mirror 1";
  private static final String END = "end ";
  private static final String EARLIER = "earlier-days-until";

  private MirrorFile() {}

  static String text(RegisteredMirror mirror) {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    line(text, "id", mirror.id());
    switch (mirror.rule().source()) {
      case MirrorSource.SingleRecipient(MailboxAddress address) ->
          line(text, "single", address.toString());
      case MirrorSource.AllRecipients(String domain) -> line(text, "all", domain);
    }
    for (MailboxAddress destination : mirror.rule().destinations()) {
      line(text, mirror.own().contains(destination) ? "own" : "existing", destination.toString());
    }
    line(text, "days", Integer.toString(mirror.rule().days()));
    line(text, "read-only", Boolean.toString(mirror.readOnly()));
    line(text, "made", mirror.made().toString());
    line(text, "made-by", mirror.madeBy());
    for (RegisteredMirror.Earlier each : mirror.earlier()) {
      line(text, EARLIER, each.days() + " " + each.until());
    }
    mirror
        .end()
        .ifPresent(
            end -> {
              line(text, "ended", end.time().toString());
              line(text, "ended-by", end.by());
              line(text, "mail-stays", Boolean.toString(end.mailStays()));
            });
    return text + END + DigestUtils.sha256Hex(text.toString()) + '\n';
  }

  private static void line(StringBuilder text, String word, String value) {
    text.append(word).append(' ').append(PercentEncoding.encodeText(value)).append('\n');
  }

  /**
   * Reads what {@link #text} wrote; empty where a byte of it is missing, or another one.
   *
   * @param id that its name says
   */
  static Optional<RegisteredMirror> parse(String id, byte[] file) {
    String text = new String(file, StandardCharsets.US_ASCII);
    int end = text.lastIndexOf(END);
    if (!text.startsWith(FORMAT + '\n')
        || end < 0
        || !text.substring(end)
            .equals(END + DigestUtils.sha256Hex(text.substring(0, end)) + '\n')) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(text.substring(FORMAT.length() + 1, end)))
          .filter(mirror -> mirror.id().equals(id));
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static RegisteredMirror read(String lines) {
    Map<String, String> facts = new HashMap<>();
    List<MailboxAddress> destinations = new ArrayList<>();
    List<MailboxAddress> own = new ArrayList<>();
    List<RegisteredMirror.Earlier> earlier = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      int space = line.indexOf(' ');
      String word = line.substring(0, space);
      String value = PercentEncoding.decodeText(line.substring(space + 1));
      switch (word) {
        case "own" -> {
          own.add(MailboxAddress.of(value));
          destinations.add(own.getLast());
        }
        case "existing" -> destinations.add(MailboxAddress.of(value));
        case EARLIER -> {
          int blank = value.indexOf(' ');
          earlier.add(
              new RegisteredMirror.Earlier(
                  Integer.parseInt(value.substring(0, blank)),
                  Instant.parse(value.substring(blank + 1))));
        }
        default -> facts.put(word, value);
      }
    }
    MirrorSource source =
        facts.containsKey("all")
            ? new MirrorSource.AllRecipients(fact(facts, "all"))
            : new MirrorSource.SingleRecipient(MailboxAddress.of(fact(facts, "single")));
    Optional<RegisteredMirror.End> end =
        facts.containsKey("ended")
            ? Optional.of(
                new RegisteredMirror.End(
                    fact(facts, "ended-by"),
                    Instant.parse(fact(facts, "ended")),
                    Boolean.parseBoolean(fact(facts, "mail-stays"))))
            : Optional.empty();
    return new RegisteredMirror(
        fact(facts, "id"),
        new Mirror(source, destinations, Integer.parseInt(fact(facts, "days"))),
        Boolean.parseBoolean(fact(facts, "read-only")),
        own,
        fact(facts, "made-by"),
        Instant.parse(fact(facts, "made")),
        end,
        earlier);
  }

  private static String fact(Map<String, String> facts, String word) {
    return Optional.ofNullable(facts.get(word))
        .orElseThrow(() -> new IllegalArgumentException("it does not say " + word));
  }
}
