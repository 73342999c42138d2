package org.mailtimemachine.mailstore.mime;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One address of a header field such as From (RFC 5322, 3.4). Nothing of it is checked: it may be
 * of a host that cannot be.
 *
 * @param name what stands beside it for people, decoded; empty where there is nothing
 * @param address as {@code anna@example.org}; may be empty, or have no {@code @}
 */
public record HeaderAddress(String name, String address) {

  private static final Pattern BY_ITS_LOOKS =
      Pattern.compile(
          "[\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){1,9}");

  /** The addresses of a field, in its order; of a broken one the first that looks like one. */
  public static List<HeaderAddress> parse(String field) {
    String line = field.replaceAll("[\r\n]+", "");
    try {
      return Stream.of(InternetAddress.parseHeader(line, false)).map(HeaderAddress::of).toList();
    } catch (AddressException e) {
      Matcher address = BY_ITS_LOOKS.matcher(line);
      return address.find() ? List.of(new HeaderAddress("", address.group())) : List.of();
    }
  }

  private static HeaderAddress of(InternetAddress parsed) {
    return new HeaderAddress(
        Objects.requireNonNullElse(parsed.getPersonal(), ""),
        Objects.requireNonNullElse(parsed.getAddress(), ""));
  }

  /** What stands behind the last {@code @}. */
  public Optional<String> host() {
    int at = address.lastIndexOf('@');
    return at > 0 ? Optional.of(address.substring(at + 1)) : Optional.empty();
  }
}
