package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.pages.HostZone;
import org.mailtimemachine.restore.administrator.Administrator;

/**
 * In which language, zone and theme a page is written: the language of the account, and before
 * sign-in what the browser asks for. Cookies only choose from a list; nothing of them is ever
 * shown.
 */
@Named("preferences")
@RequestScoped
public class Preferences {

  static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.ITALIAN);

  private static final Set<String> THEMES = Set.of("light", "dark");

  @Inject private HttpServletRequest request;
  @Inject private SignedInAdministrator signedIn;

  @Inject private HostZone hostZone;

  private Locale locale = Locale.ENGLISH;

  @PostConstruct
  void read() {
    locale =
        signedIn
            .find()
            .map(Administrator::language)
            .flatMap(language -> spoken(language.getLanguage()))
            .orElseGet(this::languageOfBrowser);
  }

  /** One of {@link #LANGUAGES}: never what the browser sent, which ends up in scripts. */
  public Locale getLocale() {
    return locale;
  }

  /** The host's: administrators talk about the host's days and nights. */
  public ZoneId zone() {
    return hostZone.get();
  }

  /** {@code light}, {@code dark}, or {@code auto} for what the operating system says. */
  public String getTheme() {
    return cookie("mtm-theme").filter(THEMES::contains).orElse("auto");
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
}
