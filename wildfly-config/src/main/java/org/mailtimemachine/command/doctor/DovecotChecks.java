package org.mailtimemachine.command.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What Dovecot's settings mean for Snapshots of its mail. */
final class DovecotChecks {

  private final DovecotConfiguration configuration;
  private final boolean hardLinks;
  private final List<Advice> found = new ArrayList<>();

  /**
   * @param hardLinks whether the Store keeps Messages by hard links of the live files
   */
  DovecotChecks(DovecotConfiguration configuration, boolean hardLinks) {
    this.configuration = configuration;
    this.hardLinks = hardLinks;
  }

  List<Advice> run() {
    if (hardLinks) {
      lazyExpunge();
      saveDate();
      copies();
    }
    MailLocation.of(configuration).forEach(this::location);
    escapedNames();
    storedForm();
    fsync();
    return found;
  }

  private void lazyExpunge() {
    if (configuration.mailPlugins().contains("lazy_expunge")
        && configuration.yes("lazy_expunge_only_last_instance")) {
      add(
          Severity.ERROR,
          "lazy-expunge",
          "lazy_expunge_only_last_instance = yes",
          "lazy_expunge takes a message whose file has a second name for a copy, and does not keep"
              + " it: a hard link in a store is such a name (Dovecot 2.3.19.1: of two messages that"
              + " were expunged, the one without a link was moved, the one with a link was not)",
          "set lazy_expunge_only_last_instance = no, or keep messages without hard links: a new"
              + " store with the strategy reflink, copy, btrfs or zfs");
    }
  }

  private void saveDate() {
    List<String> mailboxes =
        configuration.saying("autoexpunge").stream()
            .filter(block -> !block.value("autoexpunge").matches("0.*|"))
            .map(block -> block + " " + block.value("autoexpunge"))
            .toList();
    if (!mailboxes.isEmpty()) {
      add(
          Severity.NOTE,
          "save-date",
          "autoexpunge: " + String.join(", ", mailboxes),
          "where Dovecot has not cached when a message was saved it takes the ctime of its file, as"
              + " doveadm's savedbefore does; a link sets the ctime to now, once, in the first night"
              + " (Dovecot 2.3.19.1: a cached date stays; after the loss of dovecot.index.cache it"
              + " is the time of the link)",
          "nothing, if a day later is early enough; keep dovecot.index.cache in backups of the"
              + " Maildirs otherwise");
    }
  }

  private void copies() {
    if (configuration.saying("maildir_copy_with_hardlinks").stream()
        .anyMatch(
            block -> !DovecotConfiguration.isYes(block.value("maildir_copy_with_hardlinks")))) {
      add(
          Severity.NOTE,
          "copies",
          "maildir_copy_with_hardlinks = no",
          "each copy and each move to another folder makes a new file, and the store keeps each of"
              + " them",
          "leave it at its default, yes, unless there is a reason");
    }
  }

  private void location(MailLocation location) {
    if (!Set.of("maildir", "").contains(location.driver())) {
      boolean all =
          !location.where().contains(" of ") || location.where().endsWith("namespace inbox");
      add(
          all ? Severity.ERROR : Severity.WARNING,
          "mail-format",
          location.where() + " = " + location.driver(),
          "only Maildirs are kept; mail in " + location.driver() + " is in no snapshot",
          "convert it to Maildir (doveadm sync), or do without snapshots of it");
      return;
    }
    location
        .option("LAYOUT")
        .filter(layout -> !Set.of("fs", "maildir++").contains(layout.toLowerCase(Locale.ROOT)))
        .ifPresent(
            layout ->
                add(
                    Severity.ERROR,
                    "layout",
                    location.where() + " has the layout " + layout,
                    "the directories of folders do not carry their names then: folders are shown"
                        + " under their directories' names, or not found",
                    "use the layout maildir++ or fs"));
    for (String option : List.of("DIRNAME", "FULLDIRNAME")) {
      location
          .option(option)
          .ifPresent(
              name ->
                  add(
                      Severity.ERROR,
                      "directory-name",
                      location.where() + " puts mail in directories " + name,
                      "a folder of maildir++ whose cur and new lie one level deeper is not found",
                      "do without " + option + " (2.4: mailbox_directory_name)"));
    }
    location
        .option("CONTROL")
        .ifPresent(
            path ->
                add(
                    Severity.WARNING,
                    "control-files",
                    location.where() + " keeps its control files in " + path,
                    "dovecot-uidlist, dovecot-keywords and subscriptions are read from the Maildir:"
                        + " a snapshot does not know UIDs, the names of keywords, nor what is"
                        + " subscribed",
                    "keep them in the Maildir, or accept it: messages, folders and flags are all"
                        + " there"));
    location
        .option("INBOX")
        .filter(path -> !path.equals(".") && !path.startsWith(location.path()))
        .ifPresent(
            path ->
                add(
                    Severity.ERROR,
                    "inbox-path",
                    location.where() + " has INBOX in " + path,
                    "it lies outside of the Maildir, and is in no snapshot",
                    "keep INBOX in the Maildir's root"));
  }

  private void escapedNames() {
    if (!configuration.saying("mailbox_list_storage_escape_char").isEmpty()
        || configuration.mailPlugins().contains("listescape")) {
      add(
          Severity.NOTE,
          "escaped-names",
          "folder names are escaped on disk (mailbox_list_storage_escape_char or listescape)",
          "a character that a directory cannot hold is shown in its escaped form, as %2e for a dot",
          "nothing");
    }
  }

  private void storedForm() {
    Set<String> plugins = configuration.mailPlugins();
    boolean compressed =
        (plugins.contains("zlib") && !configuration.saying("zlib_save").isEmpty())
            || (plugins.contains("mail_compress")
                && !configuration.saying("mail_compress_write_method").isEmpty());
    boolean encrypted =
        plugins.contains("mail_crypt")
            && (!configuration.saying("mail_crypt_save_version").isEmpty()
                || !configuration.saying("crypt_write_algorithm").isEmpty());
    if (compressed || encrypted) {
      String form = encrypted ? "encrypted" : "compressed";
      add(
          Severity.WARNING,
          "stored-form",
          "new messages are stored " + form + " (" + (encrypted ? "mail_crypt" : "zlib") + ")",
          "snapshots, checks and check-outs keep the bytes as they lie on disk, and Dovecot reads"
              + " them; the webmail and its search see "
              + form
              + " bytes; what a mirror got is not recognised in them: it is shown as come and gone, and a"
              + " restore of it may double it",
          "none for such messages in the webmail; a check-out served by the same Dovecot shows them");
    }
    if (configuration.yes("maildir_broken_filename_sizes")) {
      add(
          Severity.NOTE,
          "filename-sizes",
          "maildir_broken_filename_sizes = yes",
          "the sizes in file names are wrong on this host; snapshots use the sizes of the files",
          "nothing");
    }
  }

  private void fsync() {
    for (DovecotConfiguration.Block block : configuration.saying("mail_fsync")) {
      if (block.value("mail_fsync").equals("never")) {
        add(
            Severity.WARNING,
            "fsync",
            ("mail_fsync = never " + (block.type().isEmpty() ? "" : "in " + block)).strip(),
            "mail that a sender was told is delivered can be lost or empty after a power cut; what"
                + " a snapshot has kept is on disk",
            "set mail_fsync = optimized, its default");
      }
    }
  }

  private void add(Severity severity, String check, String what, String why, String remedy) {
    found.add(new Advice(severity, check, what, why, remedy));
  }
}
