package org.mailtimemachine.restore.imap;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/** A Folder of the live Mailbox, and the messages that any look has shown in it. */
final class ListedFolder {

  private final String mailbox;
  private final FolderName name;
  private final boolean wasteBasket;
  private final List<Message> messages = new ArrayList<>();
  private long uidValidity;
  private long uidNext = 1;

  /**
   * @param mailbox as the server calls it
   * @param name as a person reads it
   * @param wasteBasket whether who looks for a deleted message would not look here
   */
  ListedFolder(String mailbox, FolderName name, boolean wasteBasket) {
    this.mailbox = mailbox;
    this.name = name;
    this.wasteBasket = wasteBasket;
  }

  /** A message in it. */
  static final class Message {
    private final ListedFolder folder;
    private final long uid;
    private final long size;
    private final long received;
    private final String id;

    /** Its SHA-256 as {@link MessageText} has it; null until it was read. */
    private @Nullable String sha256;

    /**
     * @param received INTERNALDATE in seconds
     * @param id its Message-ID; may be empty
     */
    Message(ListedFolder folder, long uid, long size, long received, String id) {
      this.folder = folder;
      this.uid = uid;
      this.size = size;
      this.received = received;
      this.id = id;
    }

    ListedFolder folder() {
      return folder;
    }

    long uid() {
      return uid;
    }

    long size() {
      return size;
    }

    long received() {
      return received;
    }

    String id() {
      return id;
    }

    @Nullable String sha256() {
      return sha256;
    }

    void hashed(String digest) {
      sha256 = digest;
    }
  }

  String mailbox() {
    return mailbox;
  }

  FolderName name() {
    return name;
  }

  boolean wasteBasket() {
    return wasteBasket;
  }

  List<Message> messages() {
    return messages;
  }

  long uidValidity() {
    return uidValidity;
  }

  long uidNext() {
    return uidNext;
  }

  /** What its numbers are now; of others before, nothing is known any more. */
  void numbered(long validity, long next) {
    if (validity != uidValidity) {
      messages.clear();
    }
    uidValidity = validity;
    uidNext = next;
  }
}
