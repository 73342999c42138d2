package org.mailtimemachine.mailstore.maildir;

/** What a Folder is for, in the words of RFC 6154. */
public enum SpecialUse {
  INBOX,
  DRAFTS,
  SENT,
  JUNK,
  TRASH,
  ARCHIVE
}
