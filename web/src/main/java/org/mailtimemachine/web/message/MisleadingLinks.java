package org.mailtimemachine.web.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * Looks at links for what misleads about where they lead. It reads what is shown, so what the
 * sanitiser took away warns of nothing.
 */
final class MisleadingLinks {

  private static final int MOST_LINKS = 2_000;
  private static final int MOST_WARNINGS = 5;
  private static final int LONGEST_SHOWN = 100;

  /** As browsers cut an address of the web: a backslash ends the host, too. */
  private static final Pattern WEB =
      Pattern.compile("(?i)\\s*https?:[/\\\\]{2,}(?<authority>[^/\\\\?#]*).*", Pattern.DOTALL);

  private static final Pattern MAIL =
      Pattern.compile("(?i)\\s*mailto:(?<address>[^?]{0,500}).*", Pattern.DOTALL);

  /** A text that says where a link leads, and nothing else. */
  private static final Pattern SAYS_HOST =
      Pattern.compile(
          "(?i)(?:https?://)?(?<host>[\\p{L}\\p{N}_-]{1,63}(?:\\.[\\p{L}\\p{N}_-]{1,63}){0,9}\\.\\p{L}{2,24})"
              + "(?::[0-9]{1,5})?(?:[/?#]\\S{0,2000})?");

  private static final Pattern SAYS_MAIL =
      Pattern.compile("(?<address>[^\\s@<>]{1,64}@[^\\s@<>]{1,255})");

  private static final Pattern IN_TEXT = Pattern.compile("(?i)\\bhttps?://[^\\s<>\"]{1,2000}");

  private final Set<Warning> found = new LinkedHashSet<>();

  /** Looks at HTML as the sanitiser left it. */
  void html(String sanitised) {
    List<Element> links = Jsoup.parseBodyFragment(sanitised).select("a[href]");
    for (Element link : links.subList(0, Math.min(MOST_LINKS, links.size()))) {
      link(link.attr("href"), link.text());
    }
  }

  /** Looks at the links that plain text is given. */
  void text(String text) {
    Matcher link = IN_TEXT.matcher(text);
    for (int i = 0; i < MOST_LINKS && link.find(); i++) {
      link(link.group(), "");
    }
  }

  /** The first few, each once. */
  List<Warning> found() {
    return new ArrayList<>(found).subList(0, Math.min(MOST_WARNINGS, found.size()));
  }

  private void link(String target, String shown) {
    Matcher web = WEB.matcher(target);
    if (web.matches()) {
      String authority = web.group("authority");
      int user = authority.lastIndexOf('@');
      Optional<HostName> host = host(authority.substring(user + 1));
      host.ifPresent(leads -> web(leads, user < 0 ? "" : authority.substring(0, user), shown));
      return;
    }
    Matcher mail = MAIL.matcher(target);
    Matcher said = SAYS_MAIL.matcher(shown.strip());
    if (mail.matches() && said.matches()) {
      String address = mail.group("address").strip();
      if (!address.isEmpty() && !plain(address).equals(plain(said.group("address")))) {
        found.add(Warning.of(Warning.Kind.LINK_MAIL, shortened(shown.strip()), shortened(address)));
      }
    }
  }

  private void web(HostName leads, String user, String shown) {
    Matcher said = SAYS_HOST.matcher(shown.strip());
    Optional<HostName> says = said.matches() ? HostName.of(said.group("host")) : Optional.empty();
    if (says.isPresent() && !says.get().related(leads)) {
      found.add(Warning.of(Warning.Kind.LINK_ELSEWHERE, says.get().name(), leads.name()));
    }
    if (leads.lookalike()) {
      found.add(Warning.of(Warning.Kind.LINK_LOOKALIKE, leads.name()));
    }
    if (user.contains(".")) {
      found.add(Warning.of(Warning.Kind.LINK_USER, shortened(user), leads.name()));
    }
    if (leads.number()) {
      found.add(Warning.of(Warning.Kind.LINK_NUMBER, leads.name()));
    }
  }

  private static Optional<HostName> host(String hostAndPort) {
    return HostName.of(hostAndPort.replaceFirst(":[0-9]*$", ""));
  }

  private static String plain(String address) {
    return address
        .toLowerCase(Locale.ROOT)
        .replace("%40", "@")
        .replaceAll("^[^\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+$", "");
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }
}
