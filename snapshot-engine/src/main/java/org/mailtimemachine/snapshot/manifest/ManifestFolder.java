package org.mailtimemachine.snapshot.manifest;

import java.util.Optional;
import java.util.OptionalLong;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.SpecialUse;

/**
 * One Folder of a Snapshot.
 *
 * @param directory its directory relative to the Maildir's root, percent-encoded; empty for INBOX
 * @param uidValidity IMAP UIDVALIDITY (RFC 9051, 2.3.1.1) where the server had written one
 * @param busy the Folder changed so fast that the Listing is a union of several passes
 * @param messages entries of the Listing
 * @param unread entries without the flag S
 * @param listing SHA-256 of the Listing's text, in hexadecimal: its name in the Store
 * @param cur state of the directory {@code cur} when it was listed
 * @param fresh state of the directory {@code new} when it was listed
 */
public record ManifestFolder(
    FolderName name,
    String directory,
    boolean subscribed,
    Optional<SpecialUse> specialUse,
    OptionalLong uidValidity,
    boolean busy,
    long messages,
    long unread,
    String listing,
    DirectoryState cur,
    DirectoryState fresh) {

  /** The same listing, under what the Folder is called and subscribed to now. */
  public ManifestFolder as(MaildirFolder now) {
    return new ManifestFolder(
        now.name(),
        directory,
        now.subscribed(),
        now.specialUse(),
        uidValidity,
        busy,
        messages,
        unread,
        listing,
        cur,
        fresh);
  }

  /** The same listing, as one that could not be brought up to date. */
  public ManifestFolder carried() {
    return new ManifestFolder(
        name,
        directory,
        subscribed,
        specialUse,
        uidValidity,
        true,
        messages,
        unread,
        listing,
        cur,
        fresh);
  }
}
