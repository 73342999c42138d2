package org.mailtimemachine.mirror.copy;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.PercentEncoding;

/**
 * A message that passed, with its envelope.
 *
 * @param time when its text had come
 * @param queueId what the mail server calls it, at each attempt the same; empty where it does not
 *     tell
 * @param sender of the session; empty for bounces
 * @param recipients of the session whom a mirror covers, at least one
 * @param destinations the mirror mailboxes that it goes to, at least one, each with those of the
 *     recipients whose mirror it is: the others may be blind copies, of another domain
 * @param sha256 of its bytes as they came over the line, in hexadecimal
 * @param bytes of it
 */
record Arrival(
    Instant time,
    Optional<String> queueId,
    String sender,
    List<String> recipients,
    Map<MailboxAddress, List<String>> destinations,
    String sha256,
    long bytes) {

  private static final String FORMAT = "arrival 1";

  Arrival {
    recipients = List.copyOf(recipients);
    Map<MailboxAddress, List<String>> copied = new LinkedHashMap<>();
    destinations.forEach((mailbox, those) -> copied.put(mailbox, List.copyOf(those)));
    destinations = Collections.unmodifiableMap(copied);
    if (recipients.isEmpty()
        || destinations.isEmpty()
        || destinations.values().stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("nobody wants it: " + recipients + destinations);
    }
    if (!sha256.matches("[0-9a-f]{64}") || bytes < 0) {
      throw new IllegalArgumentException("no message: " + sha256 + ", " + bytes + " bytes");
    }
  }

  /**
   * The same for each attempt to hand over the same message, and for the parts in which a mail
   * server hands it over when it has many recipients. A second message never has it: mail servers
   * put their queue id and the time into the text, so that even the same words sent twice differ.
   */
  String key() {
    String who = queueId.orElseGet(() -> sender + '\n' + String.join("\n", recipients));
    return DigestUtils.sha256Hex(who.length() + ":" + who + sha256).substring(0, 32);
  }

  /** The same message for these of its mirror mailboxes. */
  Arrival only(Collection<MailboxAddress> mailboxes) {
    Map<MailboxAddress, List<String>> those = new LinkedHashMap<>(destinations);
    those.keySet().retainAll(mailboxes);
    return new Arrival(time, queueId, sender, recipients, those, sha256, bytes);
  }

  /** The same message without these recipients; empty where nobody is left. */
  Optional<Arrival> without(Collection<String> those) {
    List<String> rest = without(recipients, those);
    Map<MailboxAddress, List<String>> left = new LinkedHashMap<>();
    destinations.forEach((mailbox, each) -> left.put(mailbox, without(each, those)));
    left.values().removeIf(List::isEmpty);
    return rest.isEmpty() || left.isEmpty()
        ? Optional.empty()
        : Optional.of(new Arrival(time, queueId, sender, rest, left, sha256, bytes));
  }

  private static List<String> without(List<String> recipients, Collection<String> those) {
    return recipients.stream().filter(each -> !those.contains(each)).toList();
  }

  /** As a file, which {@link #parse} refuses where a byte of it is missing or another one. */
  String text() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    line(text, "time", time.toString());
    queueId.ifPresent(id -> line(text, "queue", id));
    line(text, "sender", sender);
    recipients.forEach(each -> line(text, "recipient", each));
    destinations.forEach(
        (mailbox, those) -> {
          line(text, "destination", mailbox.toString());
          those.forEach(each -> line(text, "of", each));
        });
    line(text, "sha256", sha256);
    line(text, "bytes", Long.toString(bytes));
    return text + "end " + DigestUtils.sha256Hex(text.toString()) + '\n';
  }

  private static void line(StringBuilder text, String word, String value) {
    text.append(word).append(' ').append(PercentEncoding.encodeText(value)).append('\n');
  }

  /** Reads what {@link #text} wrote; empty where it is anything else. */
  static Optional<Arrival> parse(byte[] file) {
    String text = new String(file, StandardCharsets.US_ASCII);
    int end = text.lastIndexOf("end ");
    if (!text.startsWith(FORMAT + '\n')
        || end < 0
        || !text.substring(end)
            .equals("end " + DigestUtils.sha256Hex(text.substring(0, end)) + '\n')) {
      return Optional.empty();
    }
    Instant time = Instant.EPOCH;
    Optional<String> queueId = Optional.empty();
    String sender = "";
    List<String> recipients = new ArrayList<>();
    Map<MailboxAddress, List<String>> destinations = new LinkedHashMap<>();
    List<String> those = new ArrayList<>();
    String sha256 = "";
    long bytes = 0;
    try {
      for (String line : text.substring(FORMAT.length() + 1, end).lines().toList()) {
        int space = line.indexOf(' ');
        String value = PercentEncoding.decodeText(line.substring(space + 1));
        switch (line.substring(0, space)) {
          case "time" -> time = Instant.parse(value);
          case "queue" -> queueId = Optional.of(value);
          case "sender" -> sender = value;
          case "recipient" -> recipients.add(value);
          case "destination" -> {
            those = new ArrayList<>();
            destinations.put(MailboxAddress.of(value), those);
          }
          case "of" -> those.add(value);
          case "sha256" -> sha256 = value;
          case "bytes" -> bytes = Long.parseLong(value);
          default -> {
            return Optional.empty();
          }
        }
      }
      return Optional.of(
          new Arrival(time, queueId, sender, recipients, destinations, sha256, bytes));
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
