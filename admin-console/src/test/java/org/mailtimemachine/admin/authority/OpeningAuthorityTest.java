package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
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
                        .filter(_ -> ANNA.equals(arguments[0]) && MESSAGE.equals(arguments[2])));
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
        InstantSource.fixed(SmallHost.NOW));
  }

  private OpeningAuthority host() {
    return of(true, Optional.empty());
  }

  @Test
  void theHostOpensOneMessageWhichIsWrittenDownBeforeItIsShown() throws Exception {
    ShownMessage shown = host().open(ANNA, REFERENCE, "asked whether it is a virus");

    assertThat(shown.parsed().text()).contains("Text 1");
    assertThat(shown.source()).startsWith("Subject: 1\n");
    assertThat(openings.kept).containsExactly(shown.opening());
    assertThat(shown.opening().folder()).isEqualTo(FolderName.INBOX);
    assertThat(openings.entries)
        .containsExactly(
            new AuditEntry(
                SmallHost.NOW,
                "carla",
                "message.open",
                ANNA.toString(),
                "opening %s: message %s of 2026-11-20: asked whether it is a virus"
                    .formatted(shown.opening().id(), MESSAGE)));
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
    assertThat(openings.entries).isEmpty();
  }

  @Test
  void noReasonAnotherMailboxOrAnotherIdOpensNothing() {
    for (String reason : List.of("", " \n", "x".repeat(Opening.LONGEST_REASON + 1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> host().open(ANNA, REFERENCE, reason));
    }
    assertThatExceptionOfType(NotYoursException.class)
        .isThrownBy(() -> host().open(BRUNO, REFERENCE, "why"));
    assertThatExceptionOfType(NotYoursException.class)
        .isThrownBy(
            () -> host().open(ANNA, new MessageReference(SmallHost.DAY, UUID.randomUUID()), "why"));
    assertThat(openings.entries).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNotToldAsRead() {
    poolName = "1790000009.M1P1.test";
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> host().open(ANNA, REFERENCE, "why"));
    assertThat(openings.entries).isEmpty();
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
    private final List<AuditEntry> entries = new ArrayList<>();
    private boolean away;

    @Override
    public void keep(Opening opening, AuditEntry entry) {
      if (away) {
        throw new IllegalStateException("the log cannot be written");
      }
      kept.add(opening);
      entries.add(entry);
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
}
