package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * Envelopes in files of their own, of messages that wait: as long as one of them stood in a
 * journal, that and all later ones would have to stay. Safe for use by several threads, each with
 * messages of its own.
 */
final class EnvelopeFiles {

  /** What was, or has to be taken for, accepted. */
  static final String ACCEPTED = ".accepted";

  /** The same, as earlier versions wrote it. */
  static final String WHOLE = ".whole";

  /** What was not answered for when the process died. */
  static final String UNANSWERED = ".unanswered";

  private static final Logger LOG = System.getLogger(EnvelopeFiles.class.getName());
  private static final String UNFINISHED = "new.";
  private static final int MODE = 0600;
  private static final int MOST_ENVELOPE_BYTES = 16 * 1024 * 1024;

  /** So many files are open while the first sync puts all of them on disk. */
  private static final int MOST_AT_A_TIME = 100;

  private final DirectoryHandle directory;
  private final DamagedCopies damagedCopies;
  private final SyncedNames names;

  /** Files that may be on the disk, of messages that count as standing elsewhere. */
  private final Set<FileName> strays = ConcurrentHashMap.newKeySet();

  EnvelopeFiles(DirectoryHandle directory, DamagedCopies damagedCopies, SyncedNames names) {
    this.directory = directory;
    this.damagedCopies = damagedCopies;
    this.names = names;
  }

  /** In a file of its own. */
  private record OwnFile(DirectoryHandle directory, FileName name, Arrival arrival)
      implements Noted {

    @Override
    public void forget() throws IOException {
      remove(directory, name);
    }

    @Override
    public boolean keeps(Arrival what) {
      return arrival.equals(what);
    }
  }

  /** What a process that died was writing stands in its old place as well. */
  void removeUnfinished() throws IOException {
    for (DirectoryEntry entry : directory.list()) {
      if (entry.name().bytes().startsWith(UNFINISHED)) {
        directory.unlink(entry.name());
      }
    }
  }

  /**
   * Reads those with such an end, by the ids of their messages. What is damaged is set aside.
   *
   * @param known messages that have another one, which counts
   * @param ends the first one of a message counts
   * @throws IOException where one cannot be read now, which says nothing about it
   */
  Map<String, SpooledMessage> read(Rereads rereads, Set<String> known, String... ends)
      throws IOException {
    Map<String, SpooledMessage> found = new LinkedHashMap<>();
    for (String end : ends) {
      for (DirectoryEntry entry : directory.list()) {
        String name = entry.name().bytes();
        if (!name.endsWith(end)) {
          continue;
        }
        FileName id = new FileName(name.substring(0, name.length() - end.length()));
        if (known.contains(id.bytes())
            || found.containsKey(id.bytes())
            || directory.status(entry.name()).size() == 0) {
          directory.unlink(entry.name()); // a second one, or one that was never synced
          continue;
        }
        try {
          Arrival arrival = rereads.read(() -> arrival(entry.name()));
          Noted noted = new OwnFile(directory, entry.name(), arrival);
          found.put(id.bytes(), new SpooledMessage(id, noted, arrival, true));
        } catch (IOException e) {
          if (Rereads.isPassing(e)) {
            throw e;
          }
          // One sector must not keep all the others, and all mail, waiting.
          damagedCopies.setAside(id, entry.name(), e);
        }
      }
    }
    return found;
  }

  private Arrival arrival(FileName name) throws IOException {
    try (ReadableFile file = directory.file(name)) {
      if (file.status().size() > MOST_ENVELOPE_BYTES) {
        throw new IOException("larger than any envelope: " + name);
      }
      return Arrival.parse(file.stream().readAllBytes())
          .orElseThrow(() -> new IOException("not the envelope that was written: " + name));
    }
  }

  /**
   * Gives each message a file of its own, if it does not have that already, and takes it out of
   * where it stood. Where that cannot be done now, it stays there, and nothing else is lost.
   *
   * @return the same messages
   */
  List<SpooledMessage> move(List<SpooledMessage> messages, String end) {
    List<SpooledMessage> all = new ArrayList<>();
    List<SpooledMessage> some = new ArrayList<>();
    for (SpooledMessage each : messages) {
      if (each.noted().keeps(each.arrival())) {
        all.add(each);
        continue;
      }
      some.add(each);
      if (some.size() == MOST_AT_A_TIME) {
        all.addAll(moveAtOnce(some, end));
        some.clear();
      }
    }
    if (!some.isEmpty()) {
      all.addAll(moveAtOnce(some, end));
    }
    return all;
  }

  private List<SpooledMessage> moveAtOnce(List<SpooledMessage> messages, String end) {
    Map<FileName, OwnFile> named = new HashMap<>();
    boolean safe = false;
    int since = names.failures();
    try {
      write(messages);
      for (SpooledMessage each : messages) {
        FileName name = new FileName(each.id().bytes() + end);
        directory.rename(unfinished(each), directory, name);
        named.put(each.id(), new OwnFile(directory, name, each.arrival()));
      }
      names.sync(since);
      safe = true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "%d envelopes stay where they are".formatted(messages.size()), e);
    }
    List<SpooledMessage> moved = new ArrayList<>();
    for (SpooledMessage each : messages) {
      OwnFile own = named.get(each.id());
      if (own == null) {
        moved.add(each);
      } else {
        // What may not be on the disk counts for nothing, but a process after us may find it there.
        moved.add(safe ? each.notedIn(own) : each);
        if (safe) {
          strays.remove(own.name);
          forgetOld(each, own);
        } else if (!each.noted().equals(own)) {
          strays.add(own.name);
        }
      }
    }
    return moved;
  }

  private void write(List<SpooledMessage> messages) throws IOException {
    List<NewFile> files = new ArrayList<>();
    try (Closeable _ = () -> closeAll(files)) {
      for (SpooledMessage each : messages) {
        FileName name = unfinished(each);
        remove(directory, name);
        NewFile file = directory.create(name, MODE);
        files.add(file);
        file.write(each.arrival().text().getBytes(US_ASCII));
        file.beginSync();
      }
      for (NewFile each : files) {
        each.sync();
      }
    } catch (IOException e) {
      for (SpooledMessage each : messages) {
        removeAfter(e, unfinished(each));
      }
      throw e;
    }
  }

  private static void closeAll(List<NewFile> files) {
    for (NewFile each : files) {
      try {
        each.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "what was not written could not be closed", e);
      }
    }
  }

  private void removeAfter(IOException failure, FileName name) {
    try {
      remove(directory, name);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static FileName unfinished(SpooledMessage message) {
    return new FileName(UNFINISHED + message.id().bytes());
  }

  private static void forgetOld(SpooledMessage message, OwnFile own) {
    if (message.noted() instanceof OwnFile old && old.name.equals(own.name)) {
      return; // it was written over
    }
    try {
      message.noted().forget();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "it stands in two places: " + message.id(), e);
    }
  }

  /** Nobody needs a message any more; to be said before its text goes. */
  void forget(SpooledMessage message) throws IOException {
    message.noted().forget();
    forgetStrays(message);
  }

  /** The same where it does not say any more where it stands. */
  void forgetStrays(SpooledMessage message) throws IOException {
    if (strays.isEmpty()) {
      return; // as a rule
    }
    for (String end : List.of(ACCEPTED, UNANSWERED)) {
      FileName stray = new FileName(message.id().bytes() + end);
      if (strays.contains(stray)) {
        remove(directory, stray);
        strays.remove(stray);
      }
    }
  }

  /** Removes what may not be there. */
  static void remove(DirectoryHandle directory, FileName name) throws IOException {
    try {
      directory.unlink(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
