package org.mailtimemachine.mailstore.maildir;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/**
 * What a Folder is for, by its name: a Maildir does not say it, only the configuration of the IMAP
 * server does. The names are the defaults of Dovecot, Roundcube, Thunderbird, Outlook and Apple
 * Mail, in the languages of their users.
 */
final class SpecialUses {

  private static final Map<String, SpecialUse> BY_NAME =
      Map.ofEntries(
          Map.entry("drafts", SpecialUse.DRAFTS),
          Map.entry("bozze", SpecialUse.DRAFTS),
          Map.entry("entwürfe", SpecialUse.DRAFTS),
          Map.entry("brouillons", SpecialUse.DRAFTS),
          Map.entry("sent", SpecialUse.SENT),
          Map.entry("sent items", SpecialUse.SENT),
          Map.entry("sent messages", SpecialUse.SENT),
          Map.entry("inviata", SpecialUse.SENT),
          Map.entry("posta inviata", SpecialUse.SENT),
          Map.entry("gesendet", SpecialUse.SENT),
          Map.entry("envoyés", SpecialUse.SENT),
          Map.entry("junk", SpecialUse.JUNK),
          Map.entry("junk e-mail", SpecialUse.JUNK),
          Map.entry("spam", SpecialUse.JUNK),
          Map.entry("posta indesiderata", SpecialUse.JUNK),
          Map.entry("trash", SpecialUse.TRASH),
          Map.entry("deleted items", SpecialUse.TRASH),
          Map.entry("deleted messages", SpecialUse.TRASH),
          Map.entry("posta eliminata", SpecialUse.TRASH),
          Map.entry("elementi eliminati", SpecialUse.TRASH),
          Map.entry("gelöschte elemente", SpecialUse.TRASH),
          Map.entry("éléments supprimés", SpecialUse.TRASH),
          Map.entry("cestino", SpecialUse.TRASH),
          Map.entry("papierkorb", SpecialUse.TRASH),
          Map.entry("corbeille", SpecialUse.TRASH),
          Map.entry("archive", SpecialUse.ARCHIVE),
          Map.entry("archives", SpecialUse.ARCHIVE),
          Map.entry("archivio", SpecialUse.ARCHIVE),
          Map.entry("archiv", SpecialUse.ARCHIVE));

  private SpecialUses() {}

  static Optional<SpecialUse> of(FolderName name) {
    String text = name.text().toLowerCase(Locale.ROOT);
    // Courier and old cPanel hosts keep every folder below INBOX.
    return Optional.ofNullable(BY_NAME.get(text.startsWith("inbox/") ? text.substring(6) : text));
  }
}
