package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.TokenGrant;

/** Who makes this request, as the accounts knew it when it began. */
@RequestScoped
public class SignedInAdministrator {

  static final String ATTRIBUTE = Administrator.class.getName();

  /** The request attribute that holds the token of a program. */
  static final String TOKEN = ApiToken.class.getName();

  /** The request attribute that holds what the token grants. */
  static final String GRANT = TokenGrant.class.getName();

  @Inject private HttpServletRequest request;

  /** Empty on pages that everybody may see. */
  public Optional<Administrator> find() {
    return request.getAttribute(ATTRIBUTE) instanceof Administrator administrator
        ? Optional.of(administrator)
        : Optional.empty();
  }

  /**
   * The administrator.
   *
   * @throws IllegalStateException where nobody is signed in: the page is not protected
   */
  public Administrator get() {
    return find().orElseThrow(() -> new IllegalStateException("nobody is signed in"));
  }

  /** As whom the audit log knows whoever makes this request: a program by its token, too. */
  public String signature() {
    return request.getAttribute(GRANT) instanceof TokenGrant grant
        ? grant.signature()
        : get().name();
  }

  /** The token by which a program makes this request; empty for everybody else. */
  public Optional<ApiToken> token() {
    return request.getAttribute(TOKEN) instanceof ApiToken token
        ? Optional.of(token)
        : Optional.empty();
  }
}
