package org.mailtimemachine.web.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** The Mailbox whose owner makes this request: the only one that the request may ever ask about. */
@Named("signedInMailbox")
@RequestScoped
public class SignedInMailbox {

  @Inject private SecurityContext security;
  @Inject private HttpServletRequest request;

  /**
   * Its address.
   *
   * @throws IllegalStateException where nobody is signed in: the page or resource is not protected
   */
  public MailboxAddress address() {
    @Nullable Principal caller = security.getCallerPrincipal();
    if (caller == null) {
      throw new IllegalStateException("nobody is signed in");
    }
    return MailboxAddress.of(caller.getName());
  }

  /** Whether the mail server did not answer when its owner signed in. */
  public boolean isMailServerAway() {
    return SignedIn.kept(request).map(SignedIn::remembered).orElse(false);
  }
}
