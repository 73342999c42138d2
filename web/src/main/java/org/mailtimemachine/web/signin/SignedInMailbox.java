package org.mailtimemachine.web.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** The Mailbox whose owner makes this request: the only one that the request may ever ask about. */
@RequestScoped
public class SignedInMailbox {

  @Inject private SecurityContext security;

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
}
