package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.time.temporal.WeekFields;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.pages.HostZone;
import org.mailtimemachine.snapshot.catalogue.MailboxPreferences;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * What the user prefers: what was chosen, kept for the Mailbox, else what the browser asks for. On
 * pages that do not know whose they are, two cookies tell the language and the theme of the last
 * one that did; they only choose from a list, and nothing of them is ever shown.
 */
@Named("preferences")
@RequestScoped
public class Preferences {

  private static final System.Logger LOG = System.getLogger(Preferences.class.getName());

  /** The languages that the webmail speaks; the first one is for everybody else. */
  static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.ITALIAN);

  private static final String LANGUAGE = "mtm-language";
  private static final String ZONE = "mtm-zone";
  private static final String THEME = "mtm-theme";

  @Inject private HttpServletRequest request;
  @Inject private MailboxPreferences kept;
  @Inject private SignedInMailbox signedIn;

  @Inject private HostZone hostZone;

  private Choices choices = Choices.NONE;
  private Locale locale = Locale.ENGLISH;
  private ZoneId zone = ZoneId.of("UTC");

  @PostConstruct
  void read() {
    choices = request.getUserPrincipal() == null ? ofLastPage() : ofMailbox();
    locale =
        choices
            .chosen(Preference.LANGUAGE)
            .flatMap(Preferences::spoken)
            .orElseGet(this::languageOfBrowser);
    zone =
        choices
            .chosen(Preference.ZONE)
            .or(() -> cookie(ZONE))
            .flatMap(Preferences::zone)
            .orElseGet(this::hostZone);
  }

  private Choices ofMailbox() {
    try {
      return kept.find(signedIn.address()).map(Choices::parse).orElse(Choices.NONE);
    } catch (RuntimeException e) {
      // nobody is kept from his mail by what he prefers
      LOG.log(System.Logger.Level.WARNING, () -> "preferences of " + signedIn.address(), e);
      return Choices.NONE;
    }
  }

  private Choices ofLastPage() {
    return Choices.NONE.with(
        Map.of("language", cookie(LANGUAGE).orElse(""), "theme", cookie(THEME).orElse("")));
  }

  /** Keeps other choices, by their words; what is not allowed changes nothing. */
  void choose(Map<String, String> words) {
    if (!choices.with(words).equals(choices)) {
      // another window may have chosen something else since this request was begun
      choices =
          Choices.parse(
              kept.change(signedIn.address(), text -> Choices.parse(text).with(words).text()));
    }
  }

  /** One of {@link #LANGUAGES}: never what the browser sent, which ends up in scripts. */
  public Locale getLocale() {
    return locale;
  }

  /** Where the user's clock is. */
  public ZoneId zone() {
    return zone;
  }

  /** Where the host's clock is, by which days are named. */
  ZoneId hostZone() {
    return hostZone.get();
  }

  /** {@code light}, {@code dark}, or {@code auto} for what the operating system says. */
  public String getTheme() {
    return choices.get(Preference.THEME);
  }

  /** What holds, by the preference's word. */
  public String value(String word) {
    return Preference.named(word).map(choices::get).orElseThrow();
  }

  /** Messages on a page of the list. */
  int rows() {
    return Integer.parseInt(choices.get(Preference.ROWS));
  }

  /** Whether the list shows the first words of each message. */
  boolean previews() {
    return choices.get(Preference.PREVIEW).equals("on");
  }

  /** How the list is ordered where the address does not say it. */
  String sort() {
    return choices.get(Preference.SORT);
  }

  /** {@code asc} or {@code desc}. */
  String order() {
    return choices.get(Preference.ORDER);
  }

  /** How the page is laid out and what its lines show, as classes of its style. */
  public String getStyleClass() {
    return "layout-%s size-%s labels-%s preview-%s"
        .formatted(
            choices.get(Preference.LAYOUT),
            choices.get(Preference.SIZE),
            choices.get(Preference.LABELS),
            choices.get(Preference.PREVIEW));
  }

  /** How large the panes and the letters of a message are. */
  public String getStyle() {
    return "--folders:%spx;--list:%spx;--top:%s%%;--zoom:%s"
        .formatted(
            choices.get(Preference.FOLDERS),
            choices.get(Preference.LIST),
            choices.get(Preference.TOP),
            Integer.parseInt(choices.get(Preference.ZOOM)) / 100.0);
  }

  /** The first day of a week where the user lives, as calendars in browsers count: 0 is Sunday. */
  public int getFirstDayOfWeek() {
    return WeekFields.of(request.getLocale()).getFirstDayOfWeek().getValue() % 7;
  }

  private Locale languageOfBrowser() {
    return Collections.list(request.getLocales()).stream()
        .flatMap(wished -> spoken(wished.getLanguage()).stream())
        .findFirst()
        .orElse(LANGUAGES.getFirst());
  }

  private Optional<String> cookie(String name) {
    Cookie[] cookies = request.getCookies();
    return cookies == null
        ? Optional.empty()
        : Arrays.stream(cookies)
            .filter(cookie -> cookie.getName().equals(name))
            .map(Cookie::getValue)
            .findFirst();
  }

  private static Optional<Locale> spoken(String language) {
    return LANGUAGES.stream().filter(known -> known.getLanguage().equals(language)).findFirst();
  }

  private static Optional<ZoneId> zone(String name) {
    return HostZone.named(name.replace("%2F", "/"));
  }
}
