package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoMailHostTest {

  private static final ZoneId ZONE = ZoneId.of("Europe/Rome");
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
  private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:30:00Z"), ZONE);
  private static final Pattern NAME =
      Pattern.compile("\\d+\\.M\\d+P\\d+\\.mx,S=(\\d+),W=(\\d+)(:2,[A-Z]*[a-z]*)?");

  @TempDir static Path shared;

  /** The message files of each day, relative to the mail directory, without flags. */
  private static final Map<LocalDate, Set<String>> DAYS = new TreeMap<>();

  private static List<String> whatToTry;
  private static Path mail;
  private static String textOfDaySeven;

  @BeforeAll
  static void liveOnce() throws IOException {
    mail = shared.resolve("mail");
    whatToTry = host(shared, 1).live(DemoMailHostTest::look);
  }

  private static void look(LocalDate date) throws IOException {
    DAYS.put(date, baseNames(mail));
    if (date.equals(TODAY.minusDays(7))) {
      textOfDaySeven =
          messageFiles(mail).stream().map(DemoMailHostTest::content).collect(Collectors.joining());
    }
  }

  @Test
  void fifteenMidnightsAreLivedOldestFirst() {
    assertThat(DAYS.keySet())
        .containsExactlyElementsOf(TODAY.minusDays(14).datesUntil(TODAY.plusDays(1)).toList());
  }

  @Test
  void theMailboxesHoldAFewHundredMessages() throws IOException {
    assertThat(messageFiles(mail)).hasSizeBetween(300, 450);
  }

  @Test
  void dayNineHoldsWhatTodayLacks() {
    Set<String> lost = new TreeSet<>(DAYS.get(TODAY.minusDays(9)));
    lost.removeAll(baseNames(mail));
    assertThat(lost)
        .anyMatch(path -> path.startsWith("demo.test/anna/.Projects.Alpha/"))
        .anyMatch(path -> path.startsWith("demo.test/anna/.Projects.Alpha.Drawings/"))
        .anyMatch(path -> path.startsWith("studio.test/info/.Archive/"))
        .anyMatch(path -> path.startsWith("demo.test/marco/cur/"))
        .anyMatch(path -> path.startsWith("demo.test/anna/cur/"));
  }

  @Test
  void theFolderDeletedSevenDaysAgoIsThereUntilThatDay() {
    assertThat(inFolder(TODAY.minusDays(7), "demo.test/anna/.Projects.Alpha")).isNotEmpty();
    assertThat(inFolder(TODAY.minusDays(6), "demo.test/anna/.Projects.Alpha")).isEmpty();
    assertThat(mail.resolve("demo.test/anna/.Projects.Alpha")).doesNotExist();
  }

  @Test
  void thePopClientTookTheWholeInboxFourDaysAgo() {
    assertThat(inFolder(TODAY.minusDays(4), "demo.test/marco/")).isNotEmpty();
    Set<String> lost = inbox(TODAY.minusDays(4), "demo.test/marco");
    assertThat(lost).hasSizeGreaterThan(10);
    assertThat(inbox(TODAY.minusDays(3), "demo.test/marco")).doesNotContainAnyElementsOf(lost);
  }

  @Test
  void theThiefEmptiedTheArchiveTwoDaysAgo() {
    assertThat(inFolder(TODAY.minusDays(2), "studio.test/info/.Archive")).hasSizeGreaterThan(20);
    assertThat(inFolder(TODAY.minusDays(1), "studio.test/info/.Archive")).isEmpty();
    assertThat(mail.resolve("studio.test/info/.Archive/cur")).isEmptyDirectory();
  }

  @Test
  void whatToTryNamesAddressesAndDates() {
    assertThat(whatToTry).hasSize(5).noneMatch(line -> line.contains("{"));
    assertThat(String.join("\n", whatToTry))
        .contains("anna@demo.test", "marco@demo.test", "info@studio.test")
        .contains("Sunday 15 November 2026", "Friday 13 November 2026");
  }

  @Test
  void sizesInFileNamesAreTrue() throws IOException {
    for (Path file : messageFiles(mail)) {
      byte[] content = Files.readAllBytes(file);
      Matcher name = NAME.matcher(file.getFileName().toString());
      assertThat(name.matches()).as("%s", file).isTrue();
      long lineEnds = new String(content, ISO_8859_1).chars().filter(c -> c == '\n').count();
      assertThat(content).as("no CR on disk: %s", file).doesNotContain('\r');
      assertThat(Long.parseLong(name.group(1))).as("S of %s", file).isEqualTo(content.length);
      assertThat(Long.parseLong(name.group(2)))
          .as("W of %s", file)
          .isEqualTo(content.length + lineEnds);
    }
  }

  @Test
  void everyMessageCanBeReadToItsLastPart() throws Exception {
    for (Path file : messageFiles(mail)) {
      try (InputStream in = Files.newInputStream(file)) {
        MimeMessage message = new MimeMessage(null, in);
        assertThat(message.getFrom()).as("From of %s", file).hasSize(1);
        assertThat(message.getSentDate()).as("Date of %s", file).isNotNull();
        assertThat(message.getMessageID()).as("Message-ID of %s", file).isNotNull();
        readToTheEnd(message, file);
      }
    }
  }

  @Test
  void manyCharsetsAndStructuresAreAmongThem() {
    List<String> wanted =
        List.of(
            "charset=ISO-2022-JP",
            "charset=KOI8-R",
            "charset=GB2312",
            "charset=ISO-8859-15",
            "format=flowed",
            "multipart/alternative",
            "multipart/related",
            "multipart/mixed",
            "charset=windows-1251",
            "multipart/report",
            "multipart/signed",
            "multipart/digest",
            "message/rfc822",
            "text/calendar",
            "application/zip",
            "application/pdf",
            "text/csv",
            "filename*0*=UTF-8''",
            "=?ISO-2022-JP?B?",
            "cid:",
            "https://img.");
    assertThat(wanted)
        .allSatisfy(feature -> assertThat(textOfDaySeven.contains(feature)).as(feature).isTrue());
  }

  @Test
  void theUidListNamesExactlyWhatIsThere() throws IOException {
    for (Path folder : folders(mail)) {
      List<String> lines = Files.readAllLines(folder.resolve("dovecot-uidlist"), US_ASCII);
      assertThat(lines.getFirst()).matches("3 V\\d+ N\\d+ G[0-9a-f]{32}");
      List<String> listed =
          lines.stream().skip(1).map(line -> line.replaceFirst("^\\d+ :", "")).toList();
      assertThat(listed)
          .as("%s", folder)
          .containsExactlyInAnyOrderElementsOf(
              messageFilesOf(folder).stream()
                  .map(file -> file.getFileName().toString().replaceFirst(":2,.*", ""))
                  .toList());
    }
  }

  @Test
  void everyKeywordLetterHasAName() throws IOException {
    int labelled = 0;
    for (Path folder : folders(mail)) {
      Path names = folder.resolve("dovecot-keywords");
      int known = Files.exists(names) ? Files.readAllLines(names).size() : 0;
      for (Path file : messageFilesOf(folder)) {
        String flags = file.getFileName().toString().replaceFirst("^[^:]*(:2,)?[A-Z]*", "");
        assertThat(flags.chars()).as("%s", file).allMatch(letter -> letter - 'a' < known);
        labelled += flags.isEmpty() ? 0 : 1;
      }
    }
    assertThat(labelled).isGreaterThan(20);
  }

  @Test
  void subscriptionsAreWrittenAsDovecotWritesThem() throws IOException {
    List<String> lines = Files.readAllLines(mail.resolve("demo.test/anna/subscriptions"), US_ASCII);
    assertThat(lines)
        .startsWith("V\t2", "")
        .contains("INBOX", "Citt&AOA- e viaggi", "Fatture &- ricevute", "Lists\tTimber")
        .doesNotContain("Old accounts");
    assertThat(mail.resolve("demo.test/anna/.Citt&AOA- e viaggi/cur")).isDirectory();
    assertThat(mail.resolve("studio.test/info/.&ZeVnLA-/cur")).isDirectory();
  }

  @Test
  void nobodyElseMayReadTheMail() throws IOException {
    try (Stream<Path> all = Files.walk(mail)) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as("%s", path)
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void noMessageIsFromTheFuture() throws IOException {
    for (Path file : messageFiles(mail)) {
      assertThat(Files.getLastModifiedTime(file).toInstant())
          .as("%s", file)
          .isBefore(CLOCK.instant());
    }
  }

  @Test
  void theSameSeedAndDayGiveTheSameTree(@TempDir Path other) throws IOException {
    host(other, 1).live(date -> {});
    assertThat(digest(other.resolve("mail"))).isEqualTo(digest(mail));
  }

  @Test
  void anotherDayAndZoneTellTheSameStory(@TempDir Path other) throws IOException {
    ZoneId zone = ZoneId.of("America/New_York");
    Clock newYear = Clock.fixed(Instant.parse("2028-01-02T12:00:00Z"), zone);
    List<LocalDate> days = new ArrayList<>();
    new DemoMailHost(other, zone, newYear, (date, done, total) -> {}, 7).live(days::add);
    assertThat(days).hasSize(15).endsWith(LocalDate.of(2028, 1, 2));
    assertThat(messageFiles(other.resolve("mail"))).hasSameSizeAs(messageFiles(mail));
  }

  @Test
  void whatIsThereAlreadyIsNotOverwritten() {
    assertThatThrownBy(() -> host(shared, 1).live(date -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private static DemoMailHost host(Path directory, long seed) {
    return new DemoMailHost(directory, ZONE, CLOCK, (date, done, total) -> {}, seed);
  }

  private static Set<String> inFolder(LocalDate day, String prefix) {
    return DAYS.get(day).stream()
        .filter(path -> path.startsWith(prefix))
        .collect(Collectors.toSet());
  }

  private static Set<String> inbox(LocalDate day, String mailbox) {
    return DAYS.get(day).stream()
        .filter(path -> path.startsWith(mailbox + "/cur/") || path.startsWith(mailbox + "/new/"))
        .map(path -> path.substring(path.lastIndexOf('/')))
        .collect(Collectors.toSet());
  }

  private static Set<String> baseNames(Path mail) {
    try {
      return messageFiles(mail).stream()
          .map(file -> mail.relativize(file).toString().replaceFirst(":2,[A-Za-z]*$", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> messageFiles(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : folders(root)) {
      files.addAll(messageFilesOf(folder));
    }
    return files;
  }

  private static List<Path> messageFilesOf(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder, 2)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.getParent().getParent().equals(folder))
          .filter(file -> Set.of("cur", "new").contains(file.getParent().getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  private static List<Path> folders(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> Files.isDirectory(path.resolve("cur"))).sorted().toList();
    }
  }

  private static void readToTheEnd(Part part, Path file) throws Exception {
    assertThat(part.getInputStream().readAllBytes()).as("%s", file).isNotNull();
    Object content = part.getContent();
    if (content instanceof Multipart multipart) {
      assertThat(multipart.getCount()).as("%s", file).isPositive();
      for (int i = 0; i < multipart.getCount(); i++) {
        BodyPart child = multipart.getBodyPart(i);
        readToTheEnd(child, file);
      }
    } else if (content instanceof Part nested) {
      readToTheEnd(nested, file);
    } else if (content instanceof String text) {
      assertThat(text).as("%s", file).doesNotContain("\ufffd").doesNotContain("{quote}");
    }
  }

  private static String content(Path file) {
    try {
      // unfolded, and without the soft breaks of quoted-printable
      return Files.readString(file, ISO_8859_1).replace("\n ", " ").replace("=\n", "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String digest(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Path path : all.sorted().toList()) {
        sha256.update(root.relativize(path).toString().getBytes(US_ASCII));
        if (Files.isRegularFile(path)) {
          sha256.update(Files.readAllBytes(path));
          sha256.update(Files.getLastModifiedTime(path).toString().getBytes(US_ASCII));
        }
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
