package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.mailtimemachine.pages.SignInSentence;

/** What the sign-in page shows. */
@Named("signIn")
@RequestScoped
public class SignInPage extends SignInSentence {

  @Inject private HttpServletRequest request;
  @Inject private ProviderOfHost oidc;

  /** The name as it was typed. */
  public String getName() {
    return typed("name");
  }

  /** Where to go after signing in. */
  public String getTo() {
    return request.getAttribute(ReturnPath.PARAMETER) instanceof ReturnPath known
        ? known.path()
        : ReturnPath.of(typed(ReturnPath.PARAMETER)).path();
  }

  /** The same, within an address. */
  public String getEncodedTo() {
    return URLEncoder.encode(getTo(), StandardCharsets.UTF_8);
  }

  /** What people call the OpenID Connect provider; empty where none is set. */
  public String getProvider() {
    return oidc.provider().map(provider -> provider.settings().name()).orElse("");
  }

  @Override
  public String getSentence() {
    return switch (typed(OidcServlet.REFUSED)) {
      case "unknown" -> "signin.oidc.unknown";
      case "factor" -> "signin.oidc.factor";
      case "unavailable" -> "signin.oidc.unavailable";
      case "refused" -> "signin.oidc.refused";
      default -> super.getSentence();
    };
  }

  @Override
  public boolean isRefused() {
    return !typed(OidcServlet.REFUSED).isEmpty() || super.isRefused();
  }
}
