package org.mailtimemachine.admin.oidc;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.restore.administrator.Administrator;

/**
 * What a provider has said of somebody.
 *
 * @param claims of an ID token that was checked
 */
public record OidcIdentity(Map<String, Object> claims) {

  public OidcIdentity {
    claims = Collections.unmodifiableMap(claims); // there may be nulls in it
  }

  /**
   * Who of these that is. Nobody where two accounts have the address, and nobody who is disabled.
   *
   * @param claim by which they are recognised, see {@link OidcSettings#claim}
   */
  public Optional<Administrator> among(List<Administrator> administrators, String claim) {
    boolean byAddress = claim.equals(OidcSettings.EMAIL);
    if (!(claims.get(claim) instanceof String said)
        || said.isEmpty()
        || (byAddress && !Boolean.TRUE.equals(claims.get("email_verified")))) {
      return Optional.empty();
    }
    List<Administrator> found =
        administrators.stream()
            .filter(
                each -> byAddress ? each.email().equalsIgnoreCase(said) : each.name().equals(said))
            .toList();
    return found.size() == 1
        ? Optional.of(found.getFirst()).filter(each -> !each.disabled())
        : Optional.empty();
  }

  /** For the log: what was said, or that nothing was. */
  public String said(String claim) {
    return String.valueOf(claims.getOrDefault(claim, "nobody"));
  }
}
