package org.mailtimemachine.web.message;

import java.lang.Character.UnicodeScript;
import java.net.IDN;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a host as mail writes it, to be compared and looked at; nothing is ever looked up.
 *
 * @param name in lower case as it is looked up ({@code xn--}), without a dot at its end
 */
record HostName(String name) {

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,62})){0,20}");

  /** Decimal, octal, hexadecimal, in one to four pieces: what browsers take for an IPv4 address. */
  private static final Pattern NUMBER =
      Pattern.compile("(?:0x[0-9a-f]*|[0-9]+)(?:\\.(?:0x[0-9a-f]*|[0-9]+)){0,3}|\\[[0-9a-f:.]+]");

  /** What registries sell names under, one level below the country: good enough to compare. */
  private static final Set<String> SECOND_LEVEL =
      Set.of("ac", "co", "com", "edu", "gob", "gov", "go", "gv", "ltd", "ne", "net", "or", "org");

  private static final Set<UnicodeScript> EAST_ASIAN =
      EnumSet.of(
          UnicodeScript.LATIN,
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.HANGUL);

  /** Cyrillic and Greek letters that cannot be told from Latin ones. */
  private static final String LIKE_LATIN = "асԁеһіјӏорԛѕԝхуѵνορυικτ";

  /** Empty where a text is no name of a host. */
  static Optional<HostName> of(String text) {
    String name = text.strip().toLowerCase(Locale.ROOT);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.isEmpty() || name.length() > 255) {
      return Optional.empty();
    }
    if (NUMBER.matcher(name).matches()) {
      return Optional.of(new HostName(name));
    }
    try {
      String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      return NAME.matcher(ascii).matches() ? Optional.of(new HostName(ascii)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean number() {
    return NUMBER.matcher(name).matches();
  }

  /** Whether both belong to one owner, as far as names tell that. */
  boolean related(HostName other) {
    return (number() || other.number()) ? equals(other) : domain().equals(other.domain());
  }

  /** What its owner has registered, as far as that can be told without a list of all registries. */
  String domain() {
    List<String> labels = List.of(name.split("\\.", -1));
    int size = labels.size();
    boolean country = size >= 3 && labels.getLast().length() == 2;
    int wanted = country && SECOND_LEVEL.contains(labels.get(size - 2)) ? 3 : 2;
    return String.join(".", labels.subList(Math.max(0, size - wanted), size));
  }

  /** Whether a label mixes alphabets, or spells a Latin word in letters of another one. */
  boolean lookalike() {
    for (String label : name.split("\\.", -1)) {
      if (label.startsWith("xn--") && lookalike(IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED))) {
        return true;
      }
    }
    return false;
  }

  private boolean lookalike(String label) {
    Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
    label.codePoints().mapToObj(UnicodeScript::of).forEach(scripts::add);
    scripts.remove(UnicodeScript.COMMON);
    scripts.remove(UnicodeScript.INHERITED);
    if (scripts.size() > 1) {
      return !EAST_ASIAN.containsAll(scripts);
    }
    boolean latinTop = !name.substring(name.lastIndexOf('.') + 1).startsWith("xn--");
    return latinTop
        && label
            .codePoints()
            .allMatch(c -> c < 0x80 ? !Character.isLetter(c) : LIKE_LATIN.indexOf(c) >= 0);
  }
}
