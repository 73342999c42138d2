package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.OpeningPermission;
import org.mailtimemachine.restore.opening.OpeningPolicy;
import org.mailtimemachine.restore.opening.OpeningRefusedException;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

/** Who opens a message, and that nobody sees anything of one that was not written down. */
class OpeningAuthorityTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@ours.test");
  private static final MailboxAddress BRUNO = MailboxAddress.of("bruno@ours.test");
  private static final UUID MESSAGE = UUID.randomUUID();
  private static final UUID INBOX = UUID.randomUUID();
  private static final MessageReference REFERENCE = new MessageReference(SmallHost.DAY, MESSAGE);

  @TempDir private Path directory;
  private Store store;
  private final MemoryOpenings openings = new MemoryOpenings();
  private final List<AuditEntry> refused = new ArrayList<>();
  private String poolName = "1790000001.M1P1.test";

  @BeforeEach
  void mailboxes() throws IOException {
    store = Store.open(new SmallHost(directory, ANNA.toString(), BRUNO.toString()).store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Knows one message of one Mailbox. */
  private Catalogue catalogue() {
    return (Catalogue)
        Proxy.newProxyInstance(
            Catalogue.class.getClassLoader(),
            new Class<?>[] {Catalogue.class},
            (_, method, arguments) ->
                method.getName().equals("folders")
                    ? List.of(
                        new FolderSummary(
                            INBOX, FolderName.INBOX, Optional.empty(), true, false, 3, 0))
                    : Optional.of(row())
                        .filter(
                            _ -> List.of(ANNA, SmallHost.DAY, MESSAGE).equals(List.of(arguments))));
  }

  private CataloguedMessage row() {
    return new CataloguedMessage(
        MESSAGE,
        INBOX,
        poolName,
        "1",
        "",
        "",
        Instant.parse("2026-11-19T08:00:00Z"),
        20,
        Flags.NONE,
        List.of(),
        0,
        "");
  }

  private OpeningAuthority of(boolean allowed, Optional<Set<String>> domains) {
    return new OpeningAuthority(
        new Administrator("carla", "", Locale.ENGLISH, domains, false),
        allowed,
        openings,
        catalogue(),
        store,
        new MemoryAudit(),
        InstantSource.fixed(SmallHost.NOW));
  }

  private OpeningAuthority host() {
    return of(true, Optional.empty());
  }

  @Test
  void theHostOpensOneMessageWhichIsWrittenDownBeforeItIsShown() throws Exception {
    ShownMessage shown = host().open(ANNA, REFERENCE, "asked whether it is a virus");

    assertThat(shown.text()).contains("Text 1");
    assertThat(shown.readable()).isTrue();
    assertThat(shown.cut()).isFalse();
    assertThat(shown.source()).startsWith("Subject: 1\n");
    assertThat(openings.kept).containsExactly(shown.opening());
    assertThat(shown.opening().folder()).isEqualTo(FolderName.INBOX);
    assertThat(refused).isEmpty();
  }

  @Test
  void itIsOffUnlessOneWordSwitchesItOnAndLettersCanGo() {
    String name = "mtm.admin.open-messages";
    Map<String, String> server = Map.of("mtm.mail.smtp", "127.0.0.1:25");
    assertThat(OpeningPolicy.allows(setting -> Optional.ofNullable(server.get(setting)))).isFalse();
    for (String word : List.of("false", "yes", "1", "on", "TRUE")) {
      Map<String, String> settings = Map.of("mtm.mail.smtp", "127.0.0.1:25", name, word);
      assertThat(OpeningPolicy.allows(setting -> Optional.ofNullable(settings.get(setting))))
          .as(word)
          .isFalse();
    }
    Map<String, String> mute = Map.of(name, "true");
    assertThat(OpeningPolicy.allows(setting -> Optional.ofNullable(mute.get(setting)))).isFalse();
    Map<String, String> both = Map.of("mtm.mail.smtp", "127.0.0.1:25", name, "true");
    assertThat(OpeningPolicy.allows(setting -> Optional.ofNullable(both.get(setting)))).isTrue();
  }

  @Test
  void whatCannotBeWrittenDownIsNotShown() {
    openings.away = true;
    assertThatIllegalStateException()
        .isThrownBy(() -> host().open(ANNA, REFERENCE, "why"))
        .withMessage("the log cannot be written");
  }

  @Test
  void nobodyOpensAnythingWhereItIsNotSetAndNobodyButTheHostWhereItIs() {
    for (OpeningAuthority each :
        List.of(
            of(false, Optional.empty()),
            of(true, Optional.of(Set.of("ours.test"))),
            of(false, Optional.of(Set.of("ours.test"))))) {
      assertThat(each.mayOpen()).isFalse();
      assertThatExceptionOfType(NotYoursException.class)
          .isThrownBy(() -> each.open(ANNA, REFERENCE, "why"));
    }
    assertThat(host().mayOpen()).isTrue();
    assertThat(openings.kept).isEmpty();
  }

  @Test
  void noReasonAnotherMailboxAnotherDayOrAnotherIdOpensNothing() {
    for (String reason :
        List.of(
            "",
            " \n",
            ".",
            "\u00a0\u2800\u00a0",
            "why\u202e",
            "w\u200bhy",
            "x".repeat(Opening.LONGEST_REASON + 1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> host().open(ANNA, REFERENCE, reason));
    }
    openings.everythingAllowed = true;
    for (MessageReference other :
        List.of(
            new MessageReference(SmallHost.DAY, UUID.randomUUID()),
            new MessageReference(new SnapshotName("2026-11-19"), MESSAGE))) {
      assertThatExceptionOfType(NotYoursException.class)
          .isThrownBy(() -> host().open(ANNA, other, "why"));
    }
    assertThatExceptionOfType(NotYoursException.class)
        .isThrownBy(() -> host().open(BRUNO, REFERENCE, "why"));
    assertThat(openings.kept).isEmpty();
  }

  @Test
  void whatItsUserHasNotAllowedIsWrittenDownAndAfterManyAttemptsNothingIsLookedUp() {
    openings.permitted = false;
    for (int i = 0; i < 10; i++) {
      assertThat(why(ANNA)).isEqualTo(OpeningRefusedException.Why.NOT_ALLOWED);
    }
    assertThat(refused)
        .hasSize(10)
        .contains(
            new AuditEntry(
                SmallHost.NOW, "carla", "message.open-refused", ANNA.toString(), "not_allowed"));
    openings.permitted = true;
    assertThat(why(ANNA)).isEqualTo(OpeningRefusedException.Why.TOO_MANY_ATTEMPTS);
    assertThat(refused).as("no line for each").hasSize(10);
    assertThat(openings.kept).isEmpty();
  }

  private OpeningRefusedException.Why why(MailboxAddress mailbox) {
    return catchThrowableOfType(
            OpeningRefusedException.class, () -> host().open(mailbox, REFERENCE, "why"))
        .why();
  }

  @Test
  void whatCannotBeReadIsNotToldAsRead() {
    poolName = "1790000009.M1P1.test";
    assertThatExceptionOfType(NotYoursException.class)
        .isThrownBy(() -> host().open(ANNA, REFERENCE, "why"))
        .withMessageContaining("expired");
    assertThat(openings.kept).isEmpty();
  }

  @Test
  void theAddressOfAMessageIsReadAsItWasPasted() {
    String pasted =
        "https://mail.example.org/mailbox.xhtml?day=2026-11-20&folder=%s&message=%s"
            .formatted(INBOX, MESSAGE);
    assertThat(
            Stream.of(
                pasted,
                "  " + pasted + "&page=2\r\n",
                pasted.replace("&", "&amp;"),
                pasted.replace("&message", "\r\n&message"),
                pasted + "#reader",
                "<" + pasted + ">",
                "This one: " + pasted + ". Is it a virus?",
                pasted + " be so kind",
                "https://filter.example/?url="
                    + pasted.replace("?", "%3F").replace("=", "%3d").replace("&", "%26"),
                "?message=" + MESSAGE + "&day=2026-11-20"))
        .allSatisfy(text -> assertThat(MessageReference.parse(text)).contains(REFERENCE));
    assertThat(
            Stream.of(
                "",
                MESSAGE.toString(),
                "?message=" + MESSAGE,
                "?day=2026-11-20",
                "?day=yesterday&message=" + MESSAGE,
                "?day=2026-11-20&message=" + MESSAGE + "0",
                "?someday=2026-11-20&message=" + MESSAGE))
        .allSatisfy(text -> assertThat(MessageReference.parse(text)).isEmpty());
  }

  private static final class MemoryOpenings implements Openings {

    private final List<Opening> kept = new ArrayList<>();
    private boolean permitted = true;
    private boolean everythingAllowed;
    private boolean away;

    @Override
    public void allow(OpeningPermission permission) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean allowed(
        MailboxAddress mailbox, SnapshotName snapshot, UUID message, Instant now) {
      return everythingAllowed
          || (permitted
              && mailbox.equals(ANNA)
              && new MessageReference(snapshot, message).equals(REFERENCE));
    }

    @Override
    public void keep(Opening opening) {
      if (away) {
        throw new IllegalStateException("the log cannot be written");
      }
      kept.add(opening);
    }

    @Override
    public void forgetSubjects(Instant before) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Opening> find(UUID id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Opening> ofMailbox(MailboxAddress mailbox, int most) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Opening> unseen(MailboxAddress mailbox, int most) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void seen(MailboxAddress mailbox, UUID id, Instant when) {
      throw new UnsupportedOperationException();
    }
  }

  private final class MemoryAudit implements AuditLog {

    @Override
    public SealedEntry append(AuditEntry entry) {
      refused.add(entry);
      return SealedEntry.after(refused.size(), SealedEntry.NO_SEAL, entry);
    }

    @Override
    public List<SealedEntry> read(AuditFilter filter, long before, int most) {
      assertThat(filter).isEqualTo(new AuditFilter(Optional.empty(), "carla message.open-refused"));
      return refused.reversed().stream()
          .limit(most)
          .map(entry -> SealedEntry.after(1, SealedEntry.NO_SEAL, entry))
          .toList();
    }

    @Override
    public Optional<Long> firstBroken() {
      throw new UnsupportedOperationException();
    }
  }
}
