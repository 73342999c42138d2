package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * What came into one mirror mailbox: a file for each month, a line for each message, to which lines
 * are only ever added. Whoever changes, removes or inserts one breaks all seals after it. For one
 * thread.
 */
public final class Ledger {

  private static final int MODE = 0640;

  /** Twice as long as mail servers try (Postfix's maximal_queue_lifetime is 5 days). */
  public static final int REMEMBERED_DAYS = 10;

  private static final Logger LOG = System.getLogger(Ledger.class.getName());
  private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");

  /** Of one write and sync: no more can be torn by a power cut. */
  static final int MOST_AT_A_TIME = 500;

  private static final String TORN = ".torn";
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long REMEMBERED_SECONDS = Duration.ofDays(REMEMBERED_DAYS).toSeconds();

  /** So many lines in a row may have a wrong time, and nothing is forgotten. */
  private static final int MOST_WRONG = MOST_AT_A_TIME;

  /** What came later than all that came of late keeps no more than this in memory. */
  private static final int MOST_BEHIND = 50_000;

  /** More than the last lines need of which the times are looked at. */
  private static final long LEAST_READ_BYTES = 512 * 1024;

  private final Path directory;
  private final Syncs syncs;
  private final Map<String, Came> recent = new LinkedHashMap<>();
  private Span last = Span.NONE;
  private Span before = Span.NONE;
  private String seal = LedgerLine.NO_SEAL;
  private String newest = "";

  /** What could not be synced and is there still. */
  private @Nullable Uncertain uncertain;

  /**
   * What it remembers of a message.
   *
   * @param second of its arrival
   * @param recipients hash codes of those that its lines name; of two with the same one, only the
   *     first gets a line
   */
  private record Came(long second, Set<Integer> recipients) {

    Came and(Came other) {
      Set<Integer> all = new HashSet<>(recipients);
      all.addAll(other.recipients);
      return new Came(second, Set.copyOf(all));
    }
  }

  /** When some messages came whose lines follow each other. */
  private record Span(long earliest, long latest, int lines) {

    private static final Span NONE = new Span(Long.MAX_VALUE, Long.MIN_VALUE, 0);

    Span and(long second) {
      return new Span(Math.min(earliest, second), Math.max(latest, second), lines + 1);
    }
  }

  /** The lines of a file behind those of which it is certain that they are on the disk. */
  private record Uncertain(Path month, long length) {}

  private Ledger(Path directory, Syncs syncs) {
    this.directory = directory;
    this.syncs = syncs;
  }

  /**
   * Opens the ledger in a directory, which is made where it is missing. Of lines that a power cut
   * left unfinished nothing stays: nobody was told of them.
   *
   * @throws IOException also where a seal of this month or the last one is broken: a line behind it
   *     would prove nothing
   */
  public static Ledger open(Path directory) throws IOException {
    return open(directory, false, Syncs.OF_THE_KERNEL);
  }

  /**
   * The same to note what comes, which must not end because a line was changed: {@link #verify}
   * finds that line as long as the ledger is there, whatever comes behind it.
   */
  static Ledger openToGoOn(Path directory, Syncs syncs) throws IOException {
    return open(directory, true, syncs);
  }

  private static Ledger open(Path directory, boolean goOn, Syncs syncs) throws IOException {
    Files.createDirectories(directory);
    Ledger ledger = new Ledger(directory, syncs);
    List<Path> months = months(directory);
    List<Path> read = lastOf(months);
    ledger.seal = lastSeal(months.subList(0, months.size() - read.size()));
    for (Path month : read) {
      ledger.newest = month.getFileName().toString();
      cutUnfinishedLine(month);
      if (month.equals(read.getLast())) {
        cutTornLines(month, ledger.seal);
      }
      ledger.readOn(month, goOn);
      sync(month); // a process that was killed may have left lines that are in memory alone
    }
    sync(directory);
    return ledger;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      file.force(true);
    }
  }

  private void readOn(Path month, boolean goOn) throws IOException {
    AtomicLong changed = new AtomicLong();
    wholeLines(
        month,
        text -> {
          Optional<LedgerLine.Sealed> line = LedgerLine.Sealed.parse(text);
          if (line.isEmpty() || !line.get().follows(seal)) {
            if (!goOn) {
              throw changed(month, text);
            }
            changed.incrementAndGet();
          }
          line.ifPresent(
              it -> {
                seal = it.seal();
                remember(it.line());
              });
        });
    if (changed.get() > 0) {
      LOG.log(
          Level.ERROR,
          "%d lines of %s are not what was written; what comes is noted behind them"
              .formatted(changed.get(), month));
    }
  }

  /**
   * Pages of one write come to the disk in any order: a power cut may leave a hole, which reads as
   * zeros, with good lines behind it. All behind the hole is written anew, as its messages are
   * still in the spool. What is cut stays beside it: it is not for us to destroy what somebody else
   * may have made look so.
   */
  private static void cutTornLines(Path month, String sealBefore) throws IOException {
    if (!hasHole(month)) {
      return; // as a rule; to make the seals of a month twice would keep a start waiting
    }
    String[] last = {sealBefore};
    boolean[] found = new boolean[2]; // a line that does not follow; and that is a hole
    AtomicLong good = new AtomicLong();
    AtomicInteger behind = new AtomicInteger();
    wholeLines(
        month,
        text -> {
          Optional<LedgerLine.Sealed> line = LedgerLine.Sealed.parse(text);
          if (!found[0] && line.isPresent() && line.get().follows(last[0])) {
            last[0] = line.get().seal();
            good.addAndGet(text.length() + 1L);
          } else if (found[0]) {
            behind.incrementAndGet();
          } else {
            found[0] = true;
            found[1] = text.indexOf('\0') >= 0;
          }
        });
    if (!found[1] || behind.get() >= MOST_AT_A_TIME) {
      return;
    }
    try (FileChannel file =
            FileChannel.open(month, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel torn =
            FileChannel.open(
                month.resolveSibling(month.getFileName() + TORN),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      for (long at = good.get(); at < file.size(); ) {
        at += file.transferTo(at, file.size() - at, torn);
      }
      torn.force(true);
      file.truncate(good.get());
      file.force(true);
    }
    LOG.log(Level.WARNING, "the last lines of %s were torn by a power cut".formatted(month));
  }

  private static boolean hasHole(Path month) throws IOException {
    try (InputStream file = Files.newInputStream(month)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
        for (int i = 0; i < read; i++) {
          if (buffer[i] == 0) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /**
   * What a ledger proves.
   *
   * @param lines that are as they were sealed
   * @param seal of the last one
   */
  public record Proof(long lines, String seal) {}

  /**
   * Goes through all lines of the ledger in a directory. A last line that is being written, or was
   * when the power went, is not looked at.
   *
   * @throws IOException where one is not what was sealed; it names the file
   */
  public static Proof verify(Path directory) throws IOException {
    return verify(directory, _ -> {});
  }

  /**
   * The same.
   *
   * @param each is told what is proven so far, behind each line
   */
  public static Proof verify(Path directory, Consumer<Proof> each) throws IOException {
    Proof[] proof = {new Proof(0, LedgerLine.NO_SEAL)};
    for (Path month : months(directory)) {
      wholeLines(
          month,
          text -> {
            proof[0] = new Proof(proof[0].lines + 1, follows(proof[0].seal, text, month).seal());
            each.accept(proof[0]);
          });
    }
    return proof[0];
  }

  /**
   * Reads what came into a mirror mailbox, oldest first, without a look at the seals; also while
   * lines are added.
   *
   * @param directory that may not be there: nothing came
   */
  public static void read(Path directory, Consumer<LedgerLine> each) throws IOException {
    for (Path month : months(directory)) {
      wholeLines(
          month,
          text -> LedgerLine.Sealed.parse(text).map(LedgerLine.Sealed::line).ifPresent(each));
    }
  }

  /** Where a reader has come to is no end of a line any more: what it read may be cut and gone. */
  public static final long READ_ANEW = -1;

  /**
   * Reads on in what came in one month, without a look at the seals; also while lines are added.
   *
   * @param from where the last call ended; 0 for all of it
   * @param maybe whether a line is worth a look, as it stands in the file
   * @return where the last whole line ends, 0 where nothing came; or {@link #READ_ANEW}
   */
  public static long read(
      Path directory,
      YearMonth month,
      long from,
      Predicate<String> maybe,
      Consumer<LedgerLine> each)
      throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(directory);
        ReadableFile file = handle.file(new FileName(month.toString()))) {
      return from > 0 && !endsLine(file, from) ? READ_ANEW : readOn(file, from, maybe, each);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return from > 0 ? READ_ANEW : 0;
      }
      throw e;
    }
  }

  /** The last month that has lines; empty where nothing came. */
  public static Optional<YearMonth> newestMonth(Path directory) throws IOException {
    List<Path> months = months(directory);
    try {
      return months.isEmpty()
          ? Optional.empty()
          : Optional.of(YearMonth.parse(months.getLast().getFileName().toString()));
    } catch (DateTimeException e) {
      return Optional.empty(); // 2026-13: no clock wrote that
    }
  }

  private static boolean endsLine(ReadableFile file, long at) throws IOException {
    byte[] last = new byte[1];
    return file.read(at - 1, last, 0, 1) == 1 && last[0] == '\n';
  }

  private static long readOn(
      ReadableFile file, long from, Predicate<String> maybe, Consumer<LedgerLine> each)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long end = from;
    long at = from;
    for (int read = file.read(at, buffer, 0, buffer.length);
        read > 0;
        read = file.read(at, buffer, 0, buffer.length)) {
      int start = 0;
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, start, i - start);
          String text = line.toString(ISO_8859_1);
          if (maybe.test(text)) {
            LedgerLine.Sealed.parse(text).map(LedgerLine.Sealed::line).ifPresent(each);
          }
          line.reset();
          start = i + 1;
          end = at + start;
        }
      }
      line.write(buffer, start, read - start);
      at += read;
    }
    return end;
  }

  /** Whether that message came in the last {@value #REMEMBERED_DAYS} days. */
  boolean has(String key) {
    return recent.containsKey(key);
  }

  /** Those of the recipients whom no line of a message names that it has. */
  List<String> unnamed(String key, List<String> recipients) {
    Came came = recent.get(key);
    return came == null
        ? recipients
        : recipients.stream().filter(each -> !came.recipients.contains(each.hashCode())).toList();
  }

  /** The first lines of messages that it has, by their keys. */
  Map<String, LedgerLine> firstLines(Set<String> keys) throws IOException {
    Map<String, LedgerLine> first = new HashMap<>();
    if (keys.isEmpty()) {
      return first;
    }
    try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
      for (Path month : lastOf(months(directory))) {
        try (ReadableFile file = handle.file(new FileName(month.getFileName().toString()))) {
          readOn(
              file,
              0,
              text -> keys.stream().anyMatch(text::contains),
              line -> first.putIfAbsent(line.key(), line));
        }
      }
    }
    first.keySet().retainAll(keys);
    return first;
  }

  /**
   * Messages come into a mailbox in another order than they came, and clocks may be wrong: none of
   * that may let go what came of late, nor keep what came since for ever. So the oldest line goes
   * where it is too old for each of the last ones, of which there are {@link #MOST_WRONG} at least.
   * One that came after all of them, by its own clock, waits for its turn, for as long as that
   * takes no more memory than it may.
   */
  private void remember(LedgerLine line) {
    if (last.lines() == MOST_WRONG) {
      before = last;
      last = Span.NONE;
    }
    last = last.and(line.time().getEpochSecond());
    long earliest = Math.min(before.earliest(), last.earliest()) - REMEMBERED_SECONDS;
    long latest = Math.max(before.latest(), last.latest()) + REMEMBERED_SECONDS;
    Set<Integer> recipients =
        line.recipients().stream().map(String::hashCode).collect(Collectors.toUnmodifiableSet());
    recent.merge(line.key(), new Came(line.time().getEpochSecond(), recipients), Came::and);
    Iterator<Came> oldest = recent.values().iterator();
    for (long each = oldest.next().second();
        each < earliest || (each > latest && recent.size() > MOST_BEHIND);
        each = oldest.next().second()) {
      oldest.remove();
    }
  }

  /** How many messages it remembers, in memory. */
  int remembered() {
    return recent.size();
  }

  /**
   * Adds lines; when this returns, they survive a power cut.
   *
   * @throws IOException where they, or the last of them, could not be written; what could not is
   *     not there
   */
  public void append(List<LedgerLine> lines) throws IOException {
    for (int from = 0; from < lines.size(); from += MOST_AT_A_TIME) {
      appendAtOnce(lines.subList(from, Math.min(lines.size(), from + MOST_AT_A_TIME)));
    }
  }

  private void appendAtOnce(List<LedgerLine> lines) throws IOException {
    cutWhatIsUncertain(); // or what comes would stand behind it
    StringBuilder text = new StringBuilder();
    String behind = seal;
    String month = newest;
    for (LedgerLine line : lines) {
      LedgerLine.Sealed sealed = LedgerLine.Sealed.after(behind, line);
      text.append(sealed.text());
      behind = sealed.seal();
      String monthOfLine = YearMonth.from(line.time().atOffset(ZoneOffset.UTC)).toString();
      if (monthOfLine.compareTo(month) > 0) {
        month = monthOfLine; // never an older one: a clock that goes back must not break the order
      }
    }
    try (DirectoryHandle handle = DirectoryHandle.open(directory);
        NewFile file = handle.append(new FileName(month), MODE)) {
      uncertain = new Uncertain(directory.resolve(month), file.status().size());
      file.write(text.toString().getBytes(US_ASCII));
      syncs.file(file);
      syncs.directory(handle);
    } catch (IOException e) {
      try {
        cutWhatIsUncertain();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    seal = behind;
    newest = month;
    lines.forEach(this::remember);
    uncertain = null; // last: an Error before it must not make the links go of what is noted
  }

  /** Whether a process after this one finds what it has, and nothing else. */
  boolean isCertain() {
    return uncertain == null;
  }

  /**
   * What could not be synced reads as if it were there, and may never come to the disk: the kernel
   * takes it for written, and the name of a new file as well. It must be written anew; and nobody
   * may take back what it says before it is certain that it does not.
   */
  private void cutWhatIsUncertain() throws IOException {
    Uncertain cut = uncertain;
    if (cut == null) {
      return;
    }
    if (cut.length() == 0) {
      Files.deleteIfExists(cut.month());
      sync(directory);
    } else {
      try (FileChannel file = FileChannel.open(cut.month(), StandardOpenOption.WRITE)) {
        file.truncate(cut.length());
        syncs.file(file);
      } catch (NoSuchFileException _) {
        LOG.log(Level.WARNING, "somebody has removed " + cut.month());
      }
    }
    uncertain = null;
  }

  private static LedgerLine.Sealed follows(String seal, String text, Path month)
      throws IOException {
    return LedgerLine.Sealed.parse(text)
        .filter(line -> line.follows(seal))
        .orElseThrow(() -> changed(month, text));
  }

  private static IOException changed(Path month, String text) {
    return new IOException("a line of %s is not what was written: %s".formatted(month, text));
  }

  /** What is done with a line. */
  private interface Each {
    void line(String text) throws IOException;
  }

  /** The lines that have an end: of the last one only a part may be there yet. */
  private static void wholeLines(Path month, Each each) throws IOException {
    StringBuilder line = new StringBuilder();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(month))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          each.line(line.toString());
          line.setLength(0);
        } else {
          line.append((char) next);
        }
      }
    }
  }

  private static List<Path> months(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> MONTH.matcher(entry.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /**
   * What is remembered stands there. Each wrong clock begins a month of its own, in which all that
   * follows stands, and which may be a short one.
   */
  private static List<Path> lastOf(List<Path> months) throws IOException {
    int from = months.size();
    long bytes = 0;
    while (from > 0 && (months.size() - from < 2 || bytes < LEAST_READ_BYTES)) {
      from--;
      bytes += Files.size(months.get(from));
    }
    return months.subList(from, months.size());
  }

  private static String lastSeal(List<Path> months) throws IOException {
    for (Path month : months.reversed()) {
      try (Stream<String> lines = Files.lines(month, ISO_8859_1)) {
        Optional<String> last = lines.reduce((_, line) -> line);
        if (last.isPresent()) {
          return last.get().substring(last.get().lastIndexOf('\t') + 1);
        }
      }
    }
    return LedgerLine.NO_SEAL;
  }

  private static void cutUnfinishedLine(Path month) throws IOException {
    try (FileChannel file =
        FileChannel.open(month, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = file.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      while (end > 0 && (file.read(last.clear(), end - 1) != 1 || last.get(0) != '\n')) {
        end--;
      }
      if (end < file.size()) {
        file.truncate(end);
        file.force(true);
      }
    }
  }
}
