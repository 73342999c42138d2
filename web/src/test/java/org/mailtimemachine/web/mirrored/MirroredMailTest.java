package org.mailtimemachine.web.mirrored;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mailtimemachine.web.mirrored.MirroredFolder.CAME_AND_WENT;
import static org.mailtimemachine.web.mirrored.MirroredFolder.SINCE;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.recall.DamagedCopyException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.restore.KeptCopy;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.selection.SelectedMessages;
import org.mailtimemachine.web.selection.Selection;
import org.mailtimemachine.web.selection.WantedBack;

/** A real mirror beside what a Catalogue says that Snapshots have. */
class MirroredMailTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final SnapshotName DAY = new SnapshotName("2026-11-21");
  private static final Instant TAKEN = Instant.parse("2026-11-21T00:00:00Z");
  private static final List<SnapshotSummary> DAYS =
      List.of(
          new SnapshotSummary(
              new SnapshotName("2026-11-20"), TAKEN.minus(Duration.ofDays(1)), 1, true),
          new SnapshotSummary(DAY, TAKEN, 1, true));

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(TAKEN.minus(Duration.ofHours(20)));
  private final AtomicInteger compared = new AtomicInteger();

  /** By Message-ID, which are names in the Pool, too. */
  private final Map<String, String> stored = new HashMap<>();

  private MirrorRegister register;
  private Catalogue catalogue;
  private SnapshotStore store;
  private MirrorOfHost host;
  private MirroredMail mail;

  @BeforeEach
  void aMirrorOfADomain() throws Exception {
    Map<String, String> settings =
        Map.of(
            "mtm.mirror.directory", directory.resolve("mirror").toString(),
            "mtm.mirror.users", directory.resolve("users").toString(),
            "mtm.maildirs", Files.createDirectory(directory.resolve("mail")).toString());
    MirrorSettings of =
        MirrorSettings.of(name -> Optional.ofNullable(settings.get(name))).orElseThrow();
    register = MirrorRegister.openOrMake(of, clock());
    register.add(
        new NewMirror(
            new MirrorSource.AllRecipients("example.test"), true, List.of(), 30, false, false),
        "p");
    catalogue =
        fake(
            Catalogue.class,
            (_, method, arguments) ->
                method.getName().equals("snapshots") ? DAYS : alike((String) arguments[1]));
    host = new MirrorOfHost(Optional.of(of), false, _ -> false, clock());
    store = fake(SnapshotStore.class, (_, _, arguments) -> message((String) arguments[1]));
    mail = new MirroredMail(host, catalogue, store, clock());
  }

  private static <T> T fake(Class<T> type, InvocationHandler answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
  }

  private List<String> alike(String messageId) {
    compared.incrementAndGet();
    return stored.keySet().stream().filter(id -> messageId.contains(id + "@")).toList();
  }

  private StoredMessage message(String poolName) throws IOException {
    byte[] bytes =
        Optional.ofNullable(stored.get(poolName)).orElseThrow(IOException::new).getBytes(UTF_8);
    return new StoredMessage() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public int read(long position, byte[] buffer, int offset, int length) {
        if (position >= bytes.length) {
          return -1;
        }
        int some = (int) Math.min(length, bytes.length - position);
        System.arraycopy(bytes, (int) position, buffer, offset, some);
        return some;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void manyThatSnapshotsHaveDoNotHideTheFewThatCameAndWent() throws Exception {
    deliver(List.of("came", "went"));
    now.set(now.get().plusSeconds(60));
    List<String> kept =
        IntStream.range(0, MirroredMail.MOST + 5).mapToObj(i -> "kept-" + i).toList();
    kept.forEach(id -> stored.put(id, "Return-Path: <x@example.org>\n" + text(id)));
    deliver(kept);

    assertThat(subjects(found())).containsExactlyInAnyOrder("came", "went");
    assertThat(found().rest()).isEqualTo(MirroredMail.Rest.NONE);
    assertThat(compared).hasValue(kept.size() + 2);
  }

  @Test
  void whatIsTooMuchForOneAnswerIsReadByTheNext() throws Exception {
    mail = new MirroredMail(host, catalogue, store, clock(), 1);
    for (String id : List.of("first", "second", "third")) {
      deliver(List.of(id));
      now.set(now.get().plusSeconds(1));
    }
    assertThat(subjects(found())).containsExactly("third");
    MirroredMail.Found more = found();
    assertThat(subjects(more)).containsExactly("second", "third");
    assertThat(more.rest()).isEqualTo(MirroredMail.Rest.NOT_READ);
    assertThat(found().rest()).isEqualTo(MirroredMail.Rest.NONE);
    assertThat(subjects(found())).containsExactly("first", "second", "third");
    assertThat(compared).hasValue(3);
  }

  @Test
  void aMirrorThatCannotBeReadIsNeitherEmptyNorForged() throws Exception {
    stored.put("kept", text("kept"));
    deliver(List.of("kept", "went"));
    Path mailboxes = directory.resolve("mail/example.test");
    Path aside = Files.move(mailboxes, directory.resolve("aside"));

    assertThatExceptionOfType(IOException.class).isThrownBy(this::found);
    assertThat(mail.known(ANNA, DAYS, DAY, CAME_AND_WENT)).isEmpty();

    Files.move(aside, mailboxes);
    assertThat(subjects(found())).containsExactly("went");
    assertThat(mail.known(ANNA, DAYS, DAY, CAME_AND_WENT)).hasValue(1);
    compared.set(0);
    assertThat(subjects(found())).containsExactly("went");
    assertThat(compared).hasValue(0);
  }

  @Test
  void aRegisterThatIsAwayIsAFailureAndNoHostWithoutMirrors() throws Exception {
    deliver(List.of("went"));
    assertThat(subjects(found())).containsExactly("went");
    Files.move(directory.resolve("mirror"), directory.resolve("aside"));
    assertThat(mail.offered(ANNA)).isTrue();
    assertThatExceptionOfType(IOException.class).isThrownBy(this::found);
  }

  @Test
  void whatIsNotWhatCameIsListedByItsEnvelopeAndNotOpened() throws Exception {
    deliver(List.of("went"));
    for (Path file : mirrored()) {
      Files.writeString(file, Files.readString(file).replace("went", "WENT"));
    }
    MirroredMessage listed = found().messages().getFirst();
    assertThat(listed.damaged()).isTrue();
    assertThat(listed.row().from()).isEqualTo("sender@example.org");
    try (MirroredMail.Opening opening = mail.opening(ANNA, DAY)) {
      assertThatExceptionOfType(DamagedCopyException.class)
          .isThrownBy(() -> opening.open(listed.row().id()));
    }
  }

  @Test
  void whatIsListedIsOpenedByItsOwnerAndByNobodyElse() throws Exception {
    deliver(List.of("one", "two"));
    try (MirroredMail.Opening opening = mail.opening(ANNA, DAY);
        MirroredMail.Opening foreign = mail.opening(MailboxAddress.of("bob@example.test"), DAY)) {
      for (MirroredMessage each : found().messages()) {
        UUID id = each.row().id();
        assertThat(mail.message(ANNA, DAY, id)).isPresent();
        try (StoredMessage bytes = opening.open(id).orElseThrow().bytes()) {
          assertThat(bytes.size()).isEqualTo(each.row().size());
        }
        assertThat(foreign.open(id)).isEmpty();
      }
      assertThat(opening.open(new UUID(1, 1))).isEmpty();
    }
    assertThat(mail.messages(ANNA, DAYS, DAY, SINCE).messages()).isEmpty();
  }

  @Test
  void whatIsWantedBackIsOnesOwnAndIsReadWhereItLies() throws Exception {
    deliver(List.of("one", "two"));
    String ids = String.join(",", found().messages().stream().map(MirroredMailTest::id).toList());
    WantedBack wanted = new WantedBack(catalogue, new SelectedMessages(catalogue, mail), mail);
    Selection selection = named(ids + "," + new UUID(1, 1));
    assertThat(wanted.of(MailboxAddress.of("bob@example.test"), selection)).isEmpty();
    assertThat(wanted.of(ANNA, named(new UUID(1, 1).toString()))).isEmpty();
    RestoreScope.Copies scope = (RestoreScope.Copies) wanted.of(ANNA, selection).orElseThrow();
    assertThat(scope.kept().copies()).hasSize(2);
    try (KeptCopies.Reading reading = scope.kept().open()) {
      for (KeptCopy copy : scope.kept().copies()) {
        try (StoredMessage text = reading.open(copy).orElseThrow()) {
          assertThat(text.sha256()).isEqualTo(copy.sha256());
        }
      }
    }

    for (Path file : mirrored()) {
      Files.writeString(file, Files.readString(file).replace("Hello", "HELLO"));
    }
    KeptCopies kept = mail.kept(ANNA, DAY, selection.named());
    try (KeptCopies.Reading reading = kept.open()) {
      assertThat(reading.open(kept.copies().getFirst())).isEmpty();
    }
  }

  private static String id(MirroredMessage message) {
    return message.row().id().toString();
  }

  private static Selection named(String ids) {
    return Selection.of(
        Map.of(
            "day", new String[] {DAY.text()},
            "folder", new String[] {CAME_AND_WENT.id().toString()},
            "ids", new String[] {ids}),
        ZoneOffset.UTC);
  }

  private List<Path> mirrored() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("mail/example.test/_mirror/new"))) {
      return files.toList();
    }
  }

  @Test
  void allOfASearchIsWhatTheSearchFound() throws Exception {
    deliver(List.of("invoice", "hello", "Invoice-again"));
    Map<String, String[]> list =
        Map.of(
            "day", new String[] {DAY.text()},
            "folder", new String[] {CAME_AND_WENT.id().toString()},
            "all", new String[] {"1"},
            "q", new String[] {"invoice"});
    SelectedMessages selected = new SelectedMessages(catalogue, mail);
    assertThat(selected.count(ANNA, Selection.of(list, ZoneOffset.UTC))).isEqualTo(2);
  }

  private MirroredMail.Found found() throws IOException {
    return mail.messages(ANNA, DAYS, DAY, CAME_AND_WENT);
  }

  private static List<String> subjects(MirroredMail.Found found) {
    return found.messages().stream().map(each -> each.row().subject()).toList();
  }

  private static String text(String id) {
    return "Subject: %s\nMessage-ID: <%s@example.org>\n\nHello\n".formatted(id, id);
  }

  private void deliver(List<String> ids) throws Exception {
    List<Envelope.Recipient> to = List.of(new Envelope.Recipient(ANNA.toString(), List.of()));
    try (Spool spool =
        Spool.open(
            register.spool(),
            register.mailboxes(),
            register::rules,
            FailurePolicy.DEFER,
            clock(),
            "host")) {
      for (String id : ids) {
        byte[] text = text(id).replace("\n", "\r\n").getBytes(UTF_8);
        try (Copies.Copy copy =
            spool.begin(new Envelope(Map.of(), "sender@example.org", List.of(), to))) {
          copy.write(text, text.length);
          copy.sync();
          copy.accepted(to);
        }
      }
      spool.awaitDelivered();
    }
  }

  private Clock clock() {
    InstantSource source = now::get;
    return source.withZone(ZoneOffset.UTC);
  }
}
