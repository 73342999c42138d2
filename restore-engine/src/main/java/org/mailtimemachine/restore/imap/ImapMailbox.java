package org.mailtimemachine.restore.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.mime.DeliveredText;
import org.mailtimemachine.mailstore.mime.MessageBytes;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.KeptContent;
import org.mailtimemachine.restore.LiveMailbox;
import org.mailtimemachine.restore.LiveView;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.PlannedMessage;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestoreException;
import org.mailtimemachine.restore.RestoredFolder;
import org.mailtimemachine.restore.Whereabouts;

/** A live Mailbox behind IMAP. */
final class ImapMailbox implements LiveMailbox {

  private static final System.Logger LOG = System.getLogger(ImapMailbox.class.getName());

  /** Somebody who moves messages that long without an end is asked to stop. */
  private static final int MOST_PASSES = 100;

  /** They show what is elsewhere, or what was thrown away (RFC 6154). */
  private static final Set<String> VIEWS = Set.of("\\all", "\\flagged");

  private static final Set<String> NO_MAIL = Set.of("\\noselect", "\\nonexistent");
  private static final Set<String> WASTE = Set.of("\\trash", "\\junk");
  private static final String INBOX = "INBOX";
  private static final long KILO = 1024;

  private final ImapSession session;
  private final ImapSession.Namespaces namespaces;
  private final FolderNames names;

  /** What the last look has shown, by mailbox. */
  private final Map<String, ListedFolder> looked = new LinkedHashMap<>();

  ImapMailbox(ImapSession session) throws IOException {
    this.session = session;
    try {
      this.namespaces = session.namespaces();
      this.names = new FolderNames(namespaces.own().mailbox(), namespaces.own().separator());
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  ImapSession session() {
    return session;
  }

  @Override
  public Optional<Quota> quota() throws IOException {
    Map<String, long[]> used = session.quota();
    if (used.isEmpty()) {
      return Optional.empty();
    }
    long[] none = {0, 0};
    long[] storage = used.getOrDefault("STORAGE", none);
    long[] messages = used.getOrDefault("MESSAGE", none);
    return Optional.of(new Quota(storage[0] * KILO, messages[0], storage[1] * KILO, messages[1]));
  }

  /** The server has seen it all. */
  @Override
  public void changed() {}

  /**
   * A message that goes from a Folder not yet listed into one that was would be seen nowhere: so
   * Folders are asked until none has got anything new. What any look has shown counts as there.
   */
  @Override
  public LiveView look(Collection<PlannedMessage> own) throws IOException {
    Map<String, ListedFolder> folders = new LinkedHashMap<>();
    for (int pass = 0; pass(folders); pass++) {
      if (pass >= MOST_PASSES) {
        throw new RestoreException(
            Hindrance.MAILBOX_RESTLESS,
            "the mailbox changes too fast to be looked at: try again in a minute");
      }
    }
    if (!folders.containsKey(INBOX)) {
      throw new RestoreException(
          Hindrance.NOT_PERMITTED,
          "the server lists no INBOX: may the master user see what is in the mailbox?");
    }
    looked.clear();
    looked.putAll(folders);
    return new LiveView() {
      @Override
      public boolean hasOwn(PlannedMessage message) {
        return false; // one of our own is a message that is there, as any other
      }

      @Override
      public Whereabouts compare(KeptContent kept) {
        return new ImapWhereabouts(ImapMailbox.this, names, folders, kept);
      }
    };
  }

  /**
   * @return whether another pass may show more
   */
  private boolean pass(Map<String, ListedFolder> folders) throws IOException {
    boolean more = false;
    Set<String> there = new HashSet<>();
    List<ImapSession.Entry> entries = new ArrayList<>(session.list("", names.prefix() + "*"));
    if (!names.prefix().isEmpty()) {
      entries.addAll(session.list("", INBOX));
    }
    entries.removeIf(entry -> entry.mailbox().isEmpty() || !namespaces.isOwn(entry.mailbox()));
    for (ImapSession.Entry entry : entries) {
      Set<String> attributes = entry.attributes();
      String mailbox = entry.mailbox().equalsIgnoreCase(INBOX) ? INBOX : entry.mailbox();
      if (attributes.stream().anyMatch(NO_MAIL::contains)
          || attributes.stream().anyMatch(VIEWS::contains)
          || !there.add(mailbox)) {
        continue;
      }
      ListedFolder folder = folders.get(mailbox);
      if (folder == null) {
        folder = listed(mailbox, attributes, entries);
        folders.put(mailbox, folder);
        more = true;
      }
      try {
        more |= look(folder);
      } catch (ImapRefusal e) {
        if (session.status(mailbox).isPresent()) {
          throw new RestoreException(
              Hindrance.MAILBOX_RESTLESS,
              "the live folder " + folder.name() + " cannot be looked at: " + e.getMessage(),
              e);
        }
        more = true; // deleted or renamed since it was listed
      }
    }
    folders.keySet().retainAll(there);
    return more;
  }

  private ListedFolder listed(
      String mailbox, Set<String> attributes, List<ImapSession.Entry> entries) {
    boolean waste =
        attributes.stream().anyMatch(WASTE::contains)
            || MaildirFolder.thrownAway(names.shown(mailbox))
            || entries.stream()
                .anyMatch(
                    each ->
                        each.attributes().stream().anyMatch(WASTE::contains)
                            && !names.separator().isEmpty()
                            && mailbox.startsWith(each.mailbox() + names.separator()));
    return new ListedFolder(mailbox, names.shown(mailbox), waste);
  }

  /**
   * @return whether it showed something new
   */
  private boolean look(ListedFolder folder) throws IOException {
    ImapSession.Selected now = session.selectAnew(folder.mailbox(), false);
    if (now.uidValidity() != folder.uidValidity()) {
      folder.numbered(now.uidValidity(), 1); // another Folder of that name
    }
    if (now.uidNext() > 0 && now.uidNext() <= folder.uidNext()) {
      return false;
    }
    long next = Math.max(now.uidNext(), folder.uidNext());
    boolean found = false;
    for (ImapSession.Fetched each : session.from(folder.uidNext())) {
      folder
          .messages()
          .add(
              new ListedFolder.Message(
                  folder, each.uid(), each.size(), each.received(), each.messageId()));
      next = Math.max(next, each.uid() + 1);
      found = true;
    }
    folder.numbered(now.uidValidity(), next);
    return found;
  }

  /**
   * Whether a live message is a text that came, or ends with it and has but headers in front.
   *
   * @throws RestoreException as {@link #sha256}
   */
  boolean isDelivered(ListedFolder.Message message, MessageText text) throws IOException {
    long front = message.size() - text.size();
    if (front < 0 || front > DeliveredText.MOST_IN_FRONT) {
      return false;
    }
    if (front == 0) {
      return sha256(message).equals(Optional.of(text.sha256()));
    }
    ListedFolder folder = message.folder();
    try {
      if (session.select(folder.mailbox(), false).uidValidity() != folder.uidValidity()
          || !session
              .sha256(message.uid(), front, message.size())
              .equals(Optional.of(text.sha256()))) {
        return false;
      }
      Optional<String> headers = session.begin(message.uid(), front);
      return headers.isPresent()
          && DeliveredText.areHeaders(
              MessageBytes.of(headers.get().getBytes(StandardCharsets.ISO_8859_1)));
    } catch (ImapRefusal e) {
      if (session.status(folder.mailbox()).isPresent()) {
        throw e;
      }
      return false;
    }
  }

  /**
   * SHA-256 of a live message's text; empty where it is gone from there.
   *
   * @throws RestoreException where it is there and cannot be read: it must not count as missing
   */
  Optional<String> sha256(ListedFolder.Message message) throws IOException {
    String known = message.sha256();
    if (known != null) {
      return Optional.of(known);
    }
    ListedFolder folder = message.folder();
    try {
      if (session.select(folder.mailbox(), false).uidValidity() != folder.uidValidity()) {
        return Optional.empty();
      }
      Optional<String> digest = session.sha256(message.uid(), message.size());
      digest.ifPresent(message::hashed);
      return digest;
    } catch (ImapRefusal e) {
      if (session.status(folder.mailbox()).isPresent()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  @Override
  public boolean has(List<FileName> path) throws IOException {
    return isThere(names.mailbox(path));
  }

  private boolean isThere(String mailbox) throws IOException {
    return session.list("", mailbox).stream()
        .anyMatch(
            each ->
                each.mailbox().equals(mailbox)
                    && each.attributes().stream().noneMatch(NO_MAIL::contains));
  }

  /** A server makes a Folder at once. */
  @Override
  public boolean unfinished(List<FileName> path, Set<Long> made) {
    return false;
  }

  @Override
  public RestoredFolder make(
      PlannedFolder planned, Trail trail, Map<Integer, RestoredFolder.Begun> begun)
      throws IOException {
    String mailbox = names.mailbox(planned.path());
    if (!planned.path().isEmpty() && !isThere(mailbox)) {
      try {
        session.create(mailbox);
        trail.makes(uidValidity(mailbox));
      } catch (ImapRefusal e) {
        if (e.stopsAll()) {
          throw e;
        }
        if (!isThere(mailbox)) { // else somebody has made it meanwhile
          return RestoredImapFolder.notMade(session, mailbox, e);
        }
      }
    }
    if (planned.make() && !trail.knowsIt()) { // perhaps by a run that was killed before this
      trail.subscribes();
      try {
        session.subscribe(mailbox);
      } catch (ImapRefusal e) {
        trail.note(Receipt.Note.Kind.NOT_SUBSCRIBED, "");
      }
      if (trail.made(uidValidity(mailbox))) { // else somebody was faster
        trail.note(Receipt.Note.Kind.FOLDER_MADE, "");
      }
    }
    return new RestoredImapFolder(session, mailbox, begun, trail, looked.get(mailbox));
  }

  /** 0 where it is not there, or the server does not say. */
  private long uidValidity(String mailbox) throws IOException {
    return session.status(mailbox).map(each -> each.getOrDefault("UIDVALIDITY", 0L)).orElse(0L);
  }

  @Override
  public Optional<RestoredFolder> find(
      PlannedFolder planned, Map<Integer, RestoredFolder.Begun> begun) throws IOException {
    String mailbox = names.mailbox(planned.path());
    return isThere(mailbox)
        ? Optional.of(new RestoredImapFolder(session, mailbox, begun, null, null))
        : Optional.empty();
  }

  @Override
  public Set<String> stillThere(Map<String, PutBack> messages) throws IOException {
    Map<String, Map<Long, String>> byMailbox = new HashMap<>();
    Map<String, Long> validity = new HashMap<>();
    for (PutBack message : messages.values()) {
      String mailbox = names.mailbox(message.folder().path());
      Optional<PutName> name = PutName.parse(message.name());
      if (name.isPresent()) {
        byMailbox
            .computeIfAbsent(mailbox, _ -> new HashMap<>())
            .put(name.get().uid(), message.name());
        validity.put(mailbox, name.get().uidValidity());
      }
    }
    Set<String> there = new HashSet<>();
    for (Map.Entry<String, Map<Long, String>> each : byMailbox.entrySet()) {
      if (selectNumbered(each.getKey(), validity.getOrDefault(each.getKey(), 0L))) {
        for (ImapSession.Fetched found : session.flags(each.getValue().keySet())) {
          String name = each.getValue().get(found.uid());
          if (name != null) {
            there.add(name);
          }
        }
      }
    }
    return there;
  }

  /**
   * Opens the mailbox whose messages have these numbers: its user may have given it another name,
   * and what is in it is no less there.
   *
   * @return whether there is one
   */
  private boolean selectNumbered(String mailbox, long uidValidity) throws IOException {
    if (isThere(mailbox) && session.selectAnew(mailbox, false).uidValidity() == uidValidity) {
      return true;
    }
    for (ImapSession.Entry entry : session.list("", names.prefix() + "*")) {
      if (namespaces.isOwn(entry.mailbox())
          && entry.attributes().stream().noneMatch(NO_MAIL::contains)
          && session
              .status(entry.mailbox())
              .filter(status -> status.getOrDefault("UIDVALIDITY", 0L) == uidValidity)
              .isPresent()) {
        return session.selectAnew(entry.mailbox(), false).uidValidity() == uidValidity;
      }
    }
    return false;
  }

  /**
   * One that was made stays: DELETE takes also what was delivered since it was found empty, and
   * nobody can ask for the one without the other.
   */
  @Override
  public OwnFolder own(int number, PlannedFolder planned, Set<Long> made) {
    String mailbox = names.mailbox(planned.path());
    return new OwnFolder() {
      @Override
      public void finish() {}

      @Override
      public boolean unused() throws IOException {
        if (isThere(mailbox)) {
          LOG.log(
              System.Logger.Level.INFO,
              "The folder {0}, which a restore has made, stays: by IMAP none is removed safely",
              mailbox);
        }
        return false;
      }

      @Override
      public boolean remove() {
        return false;
      }

      @Override
      public boolean missing() {
        return false;
      }

      @Override
      public void unsubscribe() {}
    };
  }

  @Override
  public void close() {
    session.close();
  }
}
