package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * The envelopes of the messages in the spool, and what became of them, in files {@code journal.N}
 * that are written from their start to their end: one sync puts on disk what all sessions have
 * written by then. Only envelopes are synced; that a message was accepted, or is not needed any
 * more, survives the process but perhaps not the machine. A file goes when nobody needs any of its
 * messages and no older one is left: what became of a message may stand in a later one. Safe for
 * use by several threads.
 */
final class Journal implements Closeable {

  private static final Logger LOG = System.getLogger(Journal.class.getName());

  /** Filled with zeros at first, so that a sync has nothing to write but the records. */
  private static final int FILE_BYTES = 256 * 1024;

  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;
  private static final Pattern NAME = Pattern.compile("journal\\.([0-9]{8,18})");
  private static final Pattern FORMAT = Pattern.compile("journal 1 ([!-~]*)\n");
  private static final Pattern RECORD =
      Pattern.compile(
          "#(message|accepted|gone|doubt) ([!-~]{1,255}) ([0-9]{1,9}) ([0-9a-f]{1,8})\n");

  /** What was written before it may be lost; each file has room for it at its end. */
  private static final byte[] DOUBT = record("doubt", "-", "");

  private final Path path;
  private final DirectoryHandle directory;
  private final String boot;
  private final Syncs syncs;
  private final SyncedNames names;
  private final JournalNumbers numbers;

  /** How many messages of each file somebody needs. */
  private final NavigableMap<Long, Integer> needed = new TreeMap<>();

  private @Nullable FileChannel channel; // of the last one of these
  private @Nullable Path written; // the last one that was made, which may be left, or gone
  private long last; // whether it could be made or not
  private long position;
  private long length;
  private boolean broken;

  /** Whether something that was written so far may be lost though the machine goes on. */
  private boolean doubt;

  private boolean syncing;
  private List<Entry> unsynced = new ArrayList<>();

  /**
   * Opens it; what earlier processes wrote is to be read with {@link #read}.
   *
   * @param boot tells this run of the machine from others: what was written in it is there, synced
   *     or not
   */
  Journal(Path path, DirectoryHandle directory, String boot, SyncedNames names, Syncs syncs) {
    this.path = path;
    this.directory = directory;
    this.boot = boot;
    this.names = names;
    this.syncs = syncs;
    this.numbers = new JournalNumbers(path, directory, names, syncs);
  }

  /** A message that was written down. */
  final class Entry implements Noted {
    private final long file;
    private final FileName id;
    private final int since;
    private boolean waits;
    private boolean forgotten;
    private @Nullable IOException failure;

    private Entry(long file, FileName id, int since, boolean waits) {
      this.file = file;
      this.id = id;
      this.since = since;
      this.waits = waits;
    }

    /** Returns when the envelope is on disk, and the name of each text that was there before it. */
    void sync() throws IOException {
      Journal.this.sync(this);
    }

    /**
     * The next hop has answered for it.
     *
     * @param changed what is true now, where it is not what was written down
     */
    void accepted(Optional<Arrival> changed) throws IOException {
      Journal.this.accepted(id, changed.map(Arrival::text).orElse(""));
    }

    @Override
    public void forget() throws IOException {
      forgotten(this);
    }

    @Override
    public boolean keeps(Arrival arrival) {
      return false; // all later files stay as long as this one
    }
  }

  /**
   * What an earlier process has left.
   *
   * @param messages that somebody may need, in the order in which they came
   * @param gone those of which that is certain
   * @param damaged files in which there is something that was never written there, or that cannot
   *     be read to their end
   * @param missing files that should be there: they go in their order, and it is written down which
   *     there are
   */
  record Reading(
      List<Found> messages, Set<String> gone, List<FileName> damaged, List<FileName> missing) {

    /** Whether each envelope that was there is there. */
    boolean complete() {
      return damaged.isEmpty() && missing.isEmpty();
    }
  }

  /**
   * A message of an earlier process.
   *
   * @param accepted whether it is certain that the next hop has answered for it
   * @param sameBoot whether what is not certain is certainly not so: nothing that was written is
   *     lost
   */
  record Found(FileName id, Arrival arrival, boolean accepted, boolean sameBoot, Entry entry) {

    Found inDoubt() {
      return new Found(id, arrival, accepted, false, entry);
    }
  }

  /**
   * Reads what is there; nothing may have been added yet.
   *
   * @throws IOException where a file cannot be opened, or not be read now: what it says of messages
   *     must not be taken for lost
   */
  synchronized Reading read(Rereads rereads) throws IOException {
    Map<String, Found> found = new LinkedHashMap<>();
    Set<String> gone = new TreeSet<>();
    List<FileName> damaged = new ArrayList<>();
    NavigableMap<Long, FileName> files = new TreeMap<>();
    for (DirectoryEntry entry : directory.list()) {
      Matcher name = NAME.matcher(entry.name().bytes());
      if (name.matches() && entry.type() != FileType.DIRECTORY) {
        files.put(Long.valueOf(name.group(1)), entry.name());
      }
    }
    List<FileName> missing = missing(files, rereads);
    for (Map.Entry<Long, FileName> file : files.entrySet()) {
      long number = file.getKey();
      needed.put(number, 0);
      last = Math.max(last, number);
      if (!read(number, file.getValue(), found, gone, rereads)) {
        damaged.add(file.getValue());
      }
    }
    found.keySet().removeAll(gone);
    found.values().forEach(each -> needed.merge(each.entry().file, 1, Integer::sum));
    return new Reading(List.copyOf(found.values()), gone, damaged, missing);
  }

  private List<FileName> missing(NavigableMap<Long, FileName> files, Rereads rereads)
      throws IOException {
    Optional<JournalNumbers.Range> known = numbers.read(rereads);
    known.ifPresent(range -> last = range.last());
    List<FileName> missing = new ArrayList<>();
    if (files.isEmpty() && known.isEmpty()) {
      return missing;
    }
    long next = known.map(JournalNumbers.Range::first).orElseGet(files::firstKey);
    for (long number : files.keySet()) {
      if (number > next) {
        missing.add(name(next)); // and perhaps those behind it
      }
      next = Math.max(next, number + 1);
    }
    if (next <= last) {
      missing.add(name(next));
    }
    return missing;
  }

  private static FileName name(long number) {
    return new FileName("journal.%08d".formatted(number));
  }

  /**
   * The content of a file, in which pages that cannot be read are zeros; whether there are none.
   */
  private boolean content(FileName name, StringBuilder content, Rereads rereads)
      throws IOException {
    boolean whole = true;
    try (ReadableFile file = rereads.read(() -> directory.file(name))) {
      long size = file.status().size();
      for (long at = 0; at < size; at += PAGE_BYTES) {
        long start = at;
        byte[] page = new byte[(int) Math.min(PAGE_BYTES, size - at)];
        try {
          rereads.read(() -> filled(page, file, start));
        } catch (IOException e) {
          if (Rereads.isPassing(e)) {
            throw e;
          }
          LOG.log(Level.ERROR, "a part of " + directory.describe(name) + " cannot be read", e);
          whole = false;
          Arrays.fill(page, (byte) 0);
        }
        content.append(new String(page, ISO_8859_1));
      }
    }
    return whole;
  }

  private static byte[] filled(byte[] page, ReadableFile file, long from) throws IOException {
    int filled = 0;
    while (filled < page.length) {
      int read = file.read(from + filled, page, filled, page.length - filled);
      if (read < 0) {
        break; // zeros, as behind its end
      }
      filled += read;
    }
    return page;
  }

  /** Whether it has nothing in it that was never written there. */
  private boolean read(
      long number, FileName name, Map<String, Found> found, Set<String> gone, Rereads rereads)
      throws IOException {
    StringBuilder content = new StringBuilder();
    boolean whole = content(name, content, rereads);
    Matcher format = FORMAT.matcher(content);
    boolean begun = format.lookingAt();
    // One that a power cut has left without its content has zeros there.
    whole &= begun || content.chars().allMatch(each -> each == 0);
    boolean sameBoot = begun && !boot.isEmpty() && format.group(1).equals(boot);
    Matcher record = RECORD.matcher(content);
    for (int at = begun ? format.end() : 0; at < content.length(); ) {
      if (content.charAt(at) == 0) {
        at++;
        continue;
      }
      record.region(at, content.length());
      int end = record.lookingAt() ? record.end() + Integer.parseInt(record.group(3)) : 0;
      if (end > 0
          && end <= content.length()
          && isTaken(number, record, content.substring(record.end(), end), sameBoot, found, gone)) {
        at = end;
        continue;
      }
      end = record.find(at + 1) ? record.start() : content.length();
      whole &= isTorn(content, at, end);
      at = end;
    }
    return whole;
  }

  /**
   * Whether what is no record is a part of one that was never synced: its sectors come to the disk
   * in any order, and those that did not are zeros.
   */
  private static boolean isTorn(StringBuilder content, int start, int end) {
    int zero = content.indexOf("\0", start);
    return (start > 0 && start % SECTOR_BYTES == 0 && content.charAt(start - 1) == 0)
        || (zero >= 0 && zero < end && zero % SECTOR_BYTES == 0);
  }

  private boolean isTaken(
      long number,
      Matcher record,
      String text,
      boolean sameBoot,
      Map<String, Found> found,
      Set<String> gone) {
    String what = record.group(1);
    String id = record.group(2);
    if (!check(what, id, text).equals(record.group(4))) {
      return false;
    }
    if (what.equals("doubt")) {
      found.replaceAll((_, each) -> each.inDoubt());
      return true;
    }
    Entry entry = new Entry(number, new FileName(id), 0, false);
    if (what.equals("gone")) {
      gone.add(id);
      found.remove(id); // or all that came while the oldest one waited would be in memory at once
      return true;
    }
    boolean accepted = what.equals("accepted");
    Found before = found.get(id);
    if (accepted && text.isEmpty()) {
      if (before != null) {
        found.put(
            id, new Found(before.id(), before.arrival(), true, before.sameBoot(), before.entry()));
      }
      return true;
    }
    Optional<Arrival> arrival = Arrival.parse(text.getBytes(ISO_8859_1));
    arrival.ifPresent(
        it ->
            found.put(
                id,
                new Found(
                    entry.id, it, accepted, sameBoot, before == null ? entry : before.entry())));
    return arrival.isPresent();
  }

  /**
   * Writes down a message; nothing is promised before it is synced.
   *
   * @param since what {@link SyncedNames#failures} was before its text was begun
   */
  synchronized Entry add(FileName id, Arrival arrival, int since) throws IOException {
    byte[] record = record("message", id.bytes(), arrival.text());
    FileChannel file = roomFor(record.length); // it may wait for a sync that fails
    names.requireNone(since);
    write(file, record);
    long number = needed.lastKey();
    needed.merge(number, 1, Integer::sum);
    Entry entry = new Entry(number, id, since, true);
    unsynced.add(entry);
    return entry;
  }

  private synchronized void accepted(FileName id, String text) throws IOException {
    try {
      write("accepted", id, text);
    } catch (IOException e) {
      doubt(); // whoever reads it must not believe that nobody was answered
      throw e;
    }
  }

  private static byte[] record(String what, String id, String text) {
    return ("#" + what + ' ' + id + ' ' + text.length() + ' ' + check(what, id, text) + '\n' + text)
        .getBytes(ISO_8859_1);
  }

  private synchronized void write(String what, FileName id, String text) throws IOException {
    byte[] record = record(what, id.bytes(), text);
    write(roomFor(record.length), record);
  }

  private synchronized void write(FileChannel file, byte[] record) throws IOException {
    try {
      write(file, record, position);
    } catch (IOException e) {
      broken = true; // a part of it may be there
      throw e;
    }
    position += record.length;
  }

  private static String check(String what, String id, String text) {
    CRC32 sum = new CRC32();
    sum.update((what + ' ' + id + ' ' + text).getBytes(ISO_8859_1));
    return Long.toHexString(sum.getValue());
  }

  private static void write(FileChannel file, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      file.write(buffer, at + buffer.position());
    }
  }

  /** The file that a record goes to; a new one where there is none with room for it. */
  private FileChannel roomFor(int bytes) throws IOException {
    try {
      while (true) {
        FileChannel file = channel;
        if (file != null && !broken && position + bytes <= length) {
          return file;
        }
        if (!syncing) {
          return next(bytes);
        }
        wait(); // it must not be closed under whoever syncs; another one may have gone on meanwhile
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private FileChannel next(int atLeast) throws IOException {
    leave();
    int since = names.failures();
    long number = last + 1;
    byte[] first = "journal 1 %s\n".formatted(boot).getBytes(ISO_8859_1);
    int begins = first.length + (doubt ? DOUBT.length : 0);
    byte[] content = Arrays.copyOf(first, Math.max(FILE_BYTES, begins + atLeast + DOUBT.length));
    System.arraycopy(DOUBT, 0, content, first.length, begins - first.length);
    Path file = path.resolve(name(number).text());
    FileChannel opened;
    try {
      opened =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      last = number; // whatever that is, the next one is tried; else none is left out
      throw e;
    }
    try {
      write(opened, content, 0);
      opened.force(true);
      names.sync(since);
      numbers.write(
          new JournalNumbers.Range(needed.isEmpty() ? number : needed.firstKey(), number));
    } catch (IOException e) {
      try (opened) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
    last = number;
    needed.put(number, 0);
    channel = opened;
    position = begins;
    length = (long) content.length - DOUBT.length;
    written = file;
    broken = false;
    doubt = false;
    removeOld();
    return opened;
  }

  /**
   * What was written so far may be lost though the machine goes on. The next file says so, but this
   * process may die before there is one: as a rule there is none because the disk is full. So the
   * last one says it as well, where room was kept for that.
   */
  private void doubt() {
    if (doubt) {
      return;
    }
    doubt = true;
    Path file = written;
    if (file == null) {
      return;
    }
    try (FileChannel end = FileChannel.open(file, StandardOpenOption.WRITE)) {
      write(end, DOUBT, end.size() - DOUBT.length);
    } catch (NoSuchFileException _) {
      LOG.log(Level.DEBUG, "nobody needs what was written so far");
    } catch (IOException e) {
      LOG.log(Level.WARNING, "that it may lack something stands in no journal yet", e);
    }
  }

  /** Nobody knows any more what of the file is on the disk: those who wait are told so. */
  private synchronized void failed(List<Entry> together, IOException failure) {
    broken = true; // the kernel takes for written what is not, and will not say so again
    doubt();
    done(together, failure);
    done(unsynced, failure);
    unsynced.clear();
    notifyAll();
  }

  /** Closes the file; what is not synced yet is synced, or was not. */
  private void leave() throws IOException {
    FileChannel file = channel;
    if (file == null) {
      return;
    }
    channel = null;
    boolean synced = false;
    IOException failure = new IOException("not synced to its end");
    try (file) {
      if (!unsynced.isEmpty()) {
        syncs.file(file);
      }
      synced = true;
    } catch (IOException e) {
      failure = e;
    } finally {
      if (!synced) {
        failed(List.of(), failure);
      }
    }
  }

  private static void done(List<Entry> entries, @Nullable IOException failure) {
    for (Entry each : entries) {
      each.waits = false;
      each.failure = failure;
    }
  }

  private void sync(Entry entry) throws IOException {
    List<Entry> together;
    FileChannel file;
    synchronized (this) {
      try {
        while (entry.waits && syncing) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      if (!entry.waits) {
        if (entry.failure != null) {
          throw new IOException("the journal could not be synced", entry.failure);
        }
        return;
      }
      together = unsynced;
      unsynced = new ArrayList<>();
      file = channel;
      syncing = true;
    }
    boolean synced = false;
    IOException failure = new IOException("not synced to its end"); // made while there is memory
    try {
      names.sync(entry.since); // first: of a text that is gone the file says so, as a rule
      if (file != null) {
        syncs.file(file);
      }
      synced = true;
    } catch (IOException e) {
      failure = e;
    } finally { // or all others would wait for ever
      synchronized (this) {
        syncing = false;
        if (synced) {
          done(together, null);
          done(together.stream().filter(each -> each.since != entry.since).toList(), failure);
          notifyAll();
        } else {
          failed(together, failure);
        }
      }
    }
    if (entry.waits || entry.failure != null) {
      throw new IOException("the journal could not be synced", entry.failure);
    }
  }

  private synchronized void forgotten(Entry entry) throws IOException {
    if (entry.forgotten) {
      return;
    }
    entry.forgotten = true;
    try {
      write("gone", entry.id, "");
    } finally {
      needed.computeIfPresent(entry.file, (_, number) -> number - 1);
      removeOld();
    }
  }

  /** Those of earlier processes in which nothing is needed go now. */
  synchronized void removeOld() {
    long first = last + 1;
    for (Map.Entry<Long, Integer> each : needed.entrySet()) {
      if (each.getValue() > 0 || (channel != null && each.getKey() == last)) {
        first = each.getKey();
        break;
      }
    }
    try {
      if (!needed.headMap(first).isEmpty()) {
        numbers.write(new JournalNumbers.Range(first, last));
      }
      while (!needed.headMap(first).isEmpty()) {
        EnvelopeFiles.remove(directory, name(needed.firstKey()));
        needed.pollFirstEntry();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "journals stay, and are read once more", e);
    }
  }

  /** Without a sync: whoever waits for one does it himself. */
  @Override
  public synchronized void close() throws IOException {
    FileChannel file = channel;
    channel = null;
    if (file != null) {
      file.close();
      removeOld();
    }
  }
}
