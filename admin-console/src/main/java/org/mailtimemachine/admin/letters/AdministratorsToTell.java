package org.mailtimemachine.admin.letters;

import java.util.Locale;
import java.util.Map;

/** Knows which administrators are told by mail. */
@FunctionalInterface
interface AdministratorsToTell {

  /** Who is told of the Mailboxes of a domain: addresses, each with the language to use. */
  Map<String, Locale> of(String domain);
}
