package org.mailtimemachine.admin.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.TreeSet;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.admin.signin.SignedInAdministrator;

/** Who is signed in, as every page says it. */
@Named("who")
@RequestScoped
public class Who {

  @Inject private SignedInAdministrator signedIn;
  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;
  @Inject private PasswordAgain passwords;

  public String getName() {
    return signedIn.get().name();
  }

  /** The domains, or that it is the host. */
  public String getDomains() {
    return signedIn
        .get()
        .domains()
        .map(names -> String.join(", ", new TreeSet<>(names)))
        .orElseGet(() -> texts.of("who.host"));
  }

  public boolean isOfHost() {
    return signedIn.get().ofHost();
  }

  /** Whether a code is wanted beside the password. */
  public boolean isWithCode() {
    return passwords.wantsCode(getName());
  }

  /** Whether the host has mirrors. */
  public boolean isMirrors() {
    return authority.hasMirrors();
  }

  /** Whether a page is the one that is shown, or belongs to it. */
  public boolean at(String page) {
    return request.getServletPath().startsWith("/" + page);
  }
}
