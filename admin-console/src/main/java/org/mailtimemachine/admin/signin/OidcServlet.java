package org.mailtimemachine.admin.signin;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailtimemachine.admin.oidc.OidcAttempt;
import org.mailtimemachine.admin.oidc.OidcIdentity;
import org.mailtimemachine.admin.oidc.OidcProvider;
import org.mailtimemachine.admin.oidc.OidcRefusedException;
import org.mailtimemachine.pages.SignIns;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditLog;

/**
 * Signs an administrator in who has signed in at the OpenID Connect provider: one path leads there,
 * the other takes the browser back. Between the two the browser keeps the {@link OidcAttempt} in a
 * cookie of its own, which other than the session's comes along from another site. Accounts are
 * never made here, and what matters still wants the password of the account.
 */
@WebServlet(
    urlPatterns = {"/oidc", OidcServlet.RETURN},
    asyncSupported = true)
public class OidcServlet extends HttpServlet {

  static final String RETURN = "/oidc/return";

  /** The parameter with which the sign-in page is told why nobody was let in. */
  static final String REFUSED = "oidc";

  private static final System.Logger LOG = System.getLogger(OidcServlet.class.getName());
  private static final String COOKIE = "mtm-oidc";
  private static final String NEXT = OidcServlet.class.getName();
  private static final Pattern ENCODED = Pattern.compile("(?:[\\w.*+-]|%[0-9A-F]{2})*");
  private static final int LONGEST_CODE = 4_096;

  /** How long somebody may take to sign in there. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final transient ProviderOfHost host;
  private final transient Administrators administrators;
  private final transient CodeCheck codes;
  private final transient SignIn signIn;
  private final transient SignIns signIns;
  private final transient AuditLog audit;
  private final transient Clock clock;
  private final transient ExecutorService attempts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("oidc-", 0).factory());

  @Inject
  OidcServlet(
      ProviderOfHost host,
      Administrators administrators,
      CodeCheck codes,
      SignIn signIn,
      SignIns signIns,
      AuditLog audit,
      Clock clock) {
    this.host = host;
    this.administrators = administrators;
    this.codes = codes;
    this.signIn = signIn;
    this.signIns = signIns;
    this.audit = audit;
    this.clock = clock;
  }

  /** What the browser is to do next. */
  private sealed interface Next {

    record There(URI page, OidcAttempt attempt) implements Next {}

    record Enter(Administrator administrator, String claim) implements Next {}

    record Refused(String why) implements Next {}
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Optional<OidcProvider> provider = host.provider();
    if (provider.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (request.getAttribute(NEXT) instanceof Next next) {
      response.setHeader("Cache-Control", "no-store");
      go(next, provider.get(), request, response);
    } else {
      ask(provider.get(), request);
    }
  }

  private void ask(OidcProvider provider, HttpServletRequest request) {
    boolean back = request.getServletPath().equals(RETURN);
    Optional<OidcAttempt> attempt = back ? attempt(request) : Optional.empty();
    String state = parameter(request, "state");
    String code = parameter(request, "code");
    String client = request.getRemoteAddr();
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0); // the provider has its own
    attempts.execute(
        () -> {
          Next next;
          try {
            next = back ? back(provider, attempt, state, code, client) : there(provider);
          } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "The OpenID Connect provider cannot be asked", e);
            next = new Next.Refused("unavailable");
          }
          if (!(next instanceof Next.There)) {
            signIns.ended(SignIns.Way.PROVIDER, next instanceof Next.Enter);
          }
          request.setAttribute(NEXT, next);
          waiting.dispatch();
        });
  }

  private static Next there(OidcProvider provider) throws IOException {
    OidcAttempt attempt = OidcAttempt.random();
    return new Next.There(provider.signInPage(attempt), attempt);
  }

  private Next back(
      OidcProvider provider,
      Optional<OidcAttempt> attempt,
      String state,
      String code,
      String client)
      throws IOException {
    if (attempt.isEmpty()
        || !attempt.get().isAnsweredBy(state)
        || code.isEmpty()
        || code.length() > LONGEST_CODE) {
      return new Next.Refused("refused");
    }
    String claim = provider.settings().claim();
    OidcIdentity identity;
    try {
      identity = provider.identity(attempt.get(), code);
    } catch (OidcRefusedException e) {
      LOG.log(Level.WARNING, "A sign-in by the OpenID Connect provider is refused", e);
      return new Next.Refused("refused");
    }
    Optional<Administrator> found = identity.among(administrators.all(), claim);
    if (found.isEmpty()) {
      // As at the sign-in page, for fail2ban.
      LOG.log(
          Level.INFO,
          "sign-in failed administrator=<{0}> rip={1}",
          identity.said(claim).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}<>]", "?"),
          client);
      return new Next.Refused("unknown");
    }
    return codes.wanted(found.get().name()) && !provider.settings().secondFactorThere()
        ? new Next.Refused("factor")
        : new Next.Enter(found.get(), identity.said(claim));
  }

  private void go(
      Next next, OidcProvider provider, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    switch (next) {
      case Next.There(URI page, OidcAttempt attempt) -> {
        ReturnPath to = ReturnPath.of(request.getParameter(ReturnPath.PARAMETER));
        response.addCookie(cookie(request, attempt.text() + "." + encoded(to.path()), LONGEST));
        response.sendRedirect(page.toString());
      }
      case Next.Enter(Administrator administrator, String claim) -> {
        ReturnPath to = returnPath(request);
        String name = administrator.name();
        String client = request.getRemoteAddr();
        SignedIn.begin(request, name, clock);
        signIn.letIn(client);
        audit.append(
            new AuditEntry(
                clock.instant(),
                name,
                "console.signin",
                name,
                "from %s, as %s of %s".formatted(client, claim, provider.settings().issuer())));
        response.addCookie(cookie(request, "", Duration.ZERO));
        request.setAttribute(ReturnPath.PARAMETER, to);
        request.getRequestDispatcher("/entered.xhtml").forward(request, response);
      }
      case Next.Refused(String why) -> {
        response.addCookie(cookie(request, "", Duration.ZERO));
        response.sendRedirect(
            "%s/signin.xhtml?%s=%s&%s=%s"
                .formatted(
                    request.getContextPath(),
                    REFUSED,
                    why,
                    ReturnPath.PARAMETER,
                    encoded(returnPath(request).path())));
      }
    }
  }

  private static Cookie cookie(HttpServletRequest request, String value, Duration kept) {
    Cookie cookie = new Cookie(COOKIE, value);
    cookie.setPath(request.getContextPath() + "/oidc");
    cookie.setHttpOnly(true); // SameSite and Secure: undertow-handlers.conf
    cookie.setMaxAge(Math.toIntExact(kept.toSeconds()));
    return cookie;
  }

  /** The three parts of the attempt, and where to go afterwards. */
  private static Optional<String[]> kept(HttpServletRequest request) {
    return Stream.ofNullable(request.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals(COOKIE))
        .map(cookie -> cookie.getValue().split("\\.", 4))
        .filter(parts -> parts.length == 4 && ENCODED.matcher(parts[3]).matches())
        .findFirst();
  }

  private static Optional<OidcAttempt> attempt(HttpServletRequest request) {
    return kept(request)
        .flatMap(parts -> OidcAttempt.of(String.join(".", parts[0], parts[1], parts[2])));
  }

  private static ReturnPath returnPath(HttpServletRequest request) {
    return ReturnPath.of(
        kept(request)
            .map(parts -> URLDecoder.decode(parts[3], StandardCharsets.UTF_8))
            .orElseGet(() -> parameter(request, ReturnPath.PARAMETER)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String parameter(HttpServletRequest request, String name) {
    return Objects.requireNonNullElse(request.getParameter(name), "");
  }

  @Override
  public void destroy() {
    attempts.shutdownNow();
  }
}
