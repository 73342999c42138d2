package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What this browser's user prefers: language, time zone, light or dark. The browser keeps it in
 * cookies that only choose from a list; nothing of them is ever shown.
 */
@Named("preferences")
@RequestScoped
public class Preferences {

  /** The languages that the webmail speaks; the first one is for everybody else. */
  static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.ITALIAN);

  private static final String LANGUAGE = "mtm-language";
  private static final String ZONE = "mtm-zone";
  private static final String THEME = "mtm-theme";

  @Inject private HttpServletRequest request;

  @Inject
  @ConfigProperty(name = "mtm.zone")
  private Optional<String> hostZone;

  private Locale locale = Locale.ENGLISH;
  private ZoneId zone = ZoneId.of("UTC");

  @PostConstruct
  void read() {
    locale =
        cookie(LANGUAGE)
            .flatMap(Preferences::spoken)
            .orElseGet(
                () ->
                    Collections.list(request.getLocales()).stream()
                        .flatMap(wished -> spoken(wished.getLanguage()).stream())
                        .findFirst()
                        .orElse(LANGUAGES.getFirst()));
    zone = cookie(ZONE).flatMap(Preferences::zone).orElseGet(this::hostZone);
  }

  /** One of {@link #LANGUAGES}: never what the browser sent, which ends up in scripts. */
  public Locale getLocale() {
    return locale;
  }

  /** Where the user's clock is. */
  ZoneId zone() {
    return zone;
  }

  /** Where the host's clock is, by which days are named. */
  ZoneId hostZone() {
    return hostZone.flatMap(Preferences::zone).orElseGet(ZoneId::systemDefault);
  }

  /** {@code light}, {@code dark}, or {@code auto} for what the operating system says. */
  public String getTheme() {
    return cookie(THEME).filter(List.of("light", "dark")::contains).orElse("auto");
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
    try {
      return Optional.of(ZoneId.of(name.replace("%2F", "/")));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
