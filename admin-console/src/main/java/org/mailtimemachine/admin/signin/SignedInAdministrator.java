package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.mailtimemachine.restore.administrator.Administrator;

/** Who makes this request, as the accounts knew it when it began. */
@RequestScoped
public class SignedInAdministrator {

  static final String ATTRIBUTE = Administrator.class.getName();

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
}
