package org.mailtimemachine.admin.letters;

import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;

/** Knows which administrators are told by mail. */
@FunctionalInterface
interface AdministratorsToTell {

  /** The addresses of those among them who are concerned, each with the language to use. */
  Map<String, Locale> who(Predicate<Administrator> concerned);

  /** Who is told of the Mailboxes of a domain. */
  default Map<String, Locale> of(String domain) {
    return who(each -> each.answersFor(domain));
  }

  /** Who is told of what concerns the whole host. */
  default Map<String, Locale> ofHost() {
    return who(Administrator::ofHost);
  }

  /** Those of all who can sign in, and have an address. */
  static AdministratorsToTell among(Administrators all) {
    return concerned ->
        all.all().stream()
            .filter(each -> !each.disabled() && !each.email().isEmpty())
            .filter(concerned)
            .collect(
                Collectors.toMap(
                    Administrator::email, Administrator::language, (first, again) -> first));
  }
}
