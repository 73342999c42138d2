package org.mailtimemachine.web.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.mime.HeaderAddress;
import org.mailtimemachine.mailstore.mime.MessageHeader;

/** Looks at who a message claims to be from. */
final class MisleadingSender {

  private static final int LONGEST_FIELD = 4_000;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "[\\p{L}\\p{N}._%+-]{1,64}@(?<host>[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){1,9})");

  /** Where anybody gets a mailbox in a minute. */
  private static final Set<String> ANYBODY =
      Set.of(
          "aol.com",
          "gmail.com",
          "gmx.com",
          "gmx.de",
          "gmx.net",
          "googlemail.com",
          "hotmail.com",
          "icloud.com",
          "libero.it",
          "live.com",
          "mail.com",
          "mail.ru",
          "outlook.com",
          "proton.me",
          "protonmail.com",
          "tutanota.com",
          "web.de",
          "yahoo.com",
          "yandex.com",
          "yandex.ru");

  private MisleadingSender() {}

  static List<Warning> of(List<MessageHeader> headers) {
    List<String> fields = values(headers, "From");
    if (headers.isEmpty()) {
      return List.of();
    }
    List<HeaderAddress> senders =
        fields.stream().flatMap(field -> HeaderAddress.parse(field).stream()).toList();
    List<HeaderAddress> real = senders.stream().filter(sender -> host(sender).isPresent()).toList();
    if (real.isEmpty()) {
      return List.of(Warning.of(Warning.Kind.SENDER_NONE));
    }
    List<Warning> warnings = new ArrayList<>();
    // with a Sender, several authors are as the standard wants them
    if (fields.size() > 1 || (real.size() > 1 && values(headers, "Sender").isEmpty())) {
      warnings.add(
          Warning.of(
              Warning.Kind.SENDER_SEVERAL,
              String.join(", ", real.stream().map(HeaderAddress::address).limit(5).toList())));
    }
    HeaderAddress sender = real.getFirst();
    HostName host = host(sender).orElseThrow();
    otherAddress(sender, host)
        .ifPresent(
            named -> warnings.add(Warning.of(Warning.Kind.SENDER_NAME, named, sender.address())));
    if (host.lookalike()) {
      warnings.add(Warning.of(Warning.Kind.SENDER_LOOKALIKE, host.name()));
    }
    for (String field : values(headers, "Reply-To")) {
      HeaderAddress.parse(field).stream()
          .filter(answer -> odd(answer, host))
          .findFirst()
          .ifPresent(
              answer ->
                  warnings.add(
                      Warning.of(
                          Warning.Kind.REPLY_ELSEWHERE, answer.address(), sender.address())));
    }
    return warnings;
  }

  /** An address of somebody else in the name. */
  private static Optional<String> otherAddress(HeaderAddress sender, HostName host) {
    Matcher address = ADDRESS.matcher(sender.name());
    while (address.find()) {
      Optional<HostName> named = HostName.of(address.group("host"));
      if (named.isPresent() && !named.get().related(host)) {
        return Optional.of(address.group());
      }
    }
    return Optional.empty();
  }

  /**
   * Newsletters, shops and lists let answers go anywhere. Odd is an answer to a mailbox that
   * anybody can have, to somebody who writes from a host of his own, and one under the sender's own
   * address as a name.
   */
  private static boolean odd(HeaderAddress answer, HostName sender) {
    Optional<HostName> host = host(answer);
    if (host.isEmpty() || host.get().related(sender)) {
      return false;
    }
    Matcher named = ADDRESS.matcher(answer.name());
    boolean poses =
        named.find()
            && HostName.of(named.group("host")).filter(name -> name.related(sender)).isPresent();
    return poses || (ANYBODY.contains(host.get().domain()) && !ANYBODY.contains(sender.domain()));
  }

  private static Optional<HostName> host(HeaderAddress sender) {
    return sender.host().flatMap(HostName::of);
  }

  private static List<String> values(List<MessageHeader> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(MessageHeader::raw)
        .filter(raw -> !raw.isBlank())
        .map(raw -> raw.length() <= LONGEST_FIELD ? raw : raw.substring(0, LONGEST_FIELD))
        .toList();
  }
}
