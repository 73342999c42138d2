package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.mailboxes.Quotas;

/** A live Mailbox that is a Maildir on this machine. */
final class LiveMaildir implements LiveMailbox {

  private final MailboxAddress address;
  private final Maildir maildir;
  private final Quotas quotas;
  private final InstantSource clock;
  private @Nullable MaildirContents contents;

  /**
   * @param maildir which is closed with it
   */
  LiveMaildir(MailboxAddress address, Maildir maildir, Quotas quotas, InstantSource clock) {
    this.address = address;
    this.maildir = maildir;
    this.quotas = quotas;
    this.clock = clock;
  }

  @Override
  public Optional<Quota> quota() throws IOException {
    return quotas.of(address, maildir.root());
  }

  @Override
  public void changed() throws IOException {
    quotas.changed(address, maildir.root());
  }

  @Override
  public LiveView look(Collection<PlannedMessage> own) throws IOException {
    MaildirContents seen = look(baseNames(own));
    contents = seen;
    return new LiveView() {
      @Override
      public boolean hasOwn(PlannedMessage message) {
        return seen.hasOurs(message.baseName());
      }

      @Override
      public Whereabouts compare(KeptContent kept) throws IOException {
        return new MaildirWhereabouts(maildir, seen, kept);
      }
    };
  }

  private MaildirContents look(Set<String> baseNames) throws IOException {
    return MaildirContents.look(maildir, clock, baseNames);
  }

  private static Set<String> baseNames(Collection<PlannedMessage> messages) {
    return messages.stream().map(each -> each.baseName().bytes()).collect(Collectors.toSet());
  }

  @Override
  public boolean has(List<FileName> path) throws IOException {
    return RestoredMaildirFolder.isThere(maildir, path);
  }

  @Override
  public boolean unfinished(List<FileName> path, Set<Long> made) throws IOException {
    return RestoredMaildirFolder.isUnfinished(maildir, path, made);
  }

  @Override
  public RestoredFolder make(
      PlannedFolder planned, Trail trail, Map<Integer, RestoredFolder.Begun> begun)
      throws IOException {
    return RestoredMaildirFolder.make(maildir, planned, trail, earlier(begun), clock);
  }

  /** What was begun says nothing of a Folder that nobody adds to any more: {@code tmp} is full. */
  @Override
  public Optional<RestoredFolder> find(
      PlannedFolder planned, Map<Integer, RestoredFolder.Begun> begun) throws IOException {
    try {
      return Optional.of(RestoredMaildirFolder.find(maildir, planned.path(), earlier(Map.of())));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private RestoredMaildirFolder.EarlierRun earlier(Map<Integer, RestoredFolder.Begun> begun) {
    MaildirContents seen = contents;
    return new RestoredMaildirFolder.EarlierRun() {
      @Override
      public boolean isThere(PlannedMessage message) {
        return seen != null && seen.hasOurs(message.baseName());
      }

      @Override
      public boolean hasBegun(int number) {
        return begun.containsKey(number);
      }
    };
  }

  @Override
  public Set<String> stillThere(Map<String, PutBack> messages) throws IOException {
    MaildirContents seen =
        look(baseNames(messages.values().stream().map(PutBack::message).toList()));
    Set<String> there = new HashSet<>();
    messages.forEach(
        (name, message) -> {
          if (seen.hasOurs(message.message().baseName())) {
            there.add(name);
          }
        });
    return there;
  }

  @Override
  public OwnFolder own(int number, PlannedFolder planned, Set<Long> made) {
    return new MadeFolder(maildir, planned.path(), made, number, clock);
  }

  @Override
  public void close() {
    maildir.close();
  }
}
