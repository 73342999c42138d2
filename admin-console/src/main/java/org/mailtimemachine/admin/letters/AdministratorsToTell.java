package org.mailtimemachine.admin.letters;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;

/** Knows which administrators are told by mail. */
@FunctionalInterface
interface AdministratorsToTell {

  /** Who is told of the Mailboxes of a domain: addresses, each with the language to use. */
  Map<String, Locale> of(String domain);

  /** Those of all who answer for the domain, can sign in, and have an address. */
  static AdministratorsToTell among(Administrators all) {
    return domain ->
        all.all().stream()
            .filter(each -> !each.disabled() && !each.email().isEmpty() && each.answersFor(domain))
            .collect(
                Collectors.toMap(
                    Administrator::email, Administrator::language, (first, again) -> first));
  }
}
