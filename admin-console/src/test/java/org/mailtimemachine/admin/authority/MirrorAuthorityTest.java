package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;

class MirrorAuthorityTest {

  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@ours.test");
  private static final MailboxAddress OFFICE = MailboxAddress.of("office@ours.test");
  private static final MailboxAddress FOREIGN = MailboxAddress.of("info@theirs.test");

  @TempDir private Path root;
  private final List<String> log = new ArrayList<>();
  private MirrorRegister register;

  @BeforeEach
  void aRegisterAndMailboxes() throws IOException {
    for (MailboxAddress mailbox : List.of(ANNA, OFFICE, FOREIGN)) {
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(
            root.resolve("mail")
                .resolve(mailbox.domain())
                .resolve(mailbox.localPart())
                .resolve(part));
      }
    }
    Map<String, String> set =
        Map.of(
            "mtm.mirror.directory", root.resolve("mirror").toString(),
            "mtm.mirror.users", root.resolve("users").toString(),
            "mtm.mirror.alias-domains", "alias.test=theirs.test",
            "mtm.maildirs", root.resolve("mail").toString());
    register =
        MirrorRegister.openOrMake(
            MirrorSettings.of(name -> Optional.ofNullable(set.get(name))).orElseThrow(), NOW);
  }

  private MirrorAuthority of(Optional<Set<String>> domains) {
    return new MirrorAuthority(
        new Administrator("carla", "", Locale.ENGLISH, domains, false),
        "carla",
        register,
        new AuditLog() {
          @Override
          public SealedEntry append(AuditEntry entry) {
            log.add(entry.action() + " " + entry.subject() + ": " + entry.detail());
            return SealedEntry.after(log.size(), SealedEntry.NO_SEAL, entry);
          }

          @Override
          public List<SealedEntry> read(AuditFilter filter, long before, int most) {
            return List.of();
          }

          @Override
          public Optional<Long> firstBroken() {
            return Optional.empty();
          }
        },
        NOW);
  }

  private MirrorAuthority ofOurs() {
    return of(Optional.of(Set.of("ours.test", "alias.test")));
  }

  private static NewMirror mirror(String source, MailboxAddress... existing) {
    return new NewMirror(
        source.contains("@")
            ? new MirrorSource.SingleRecipient(MailboxAddress.of(source))
            : new MirrorSource.AllRecipients(source),
        existing.length == 0,
        List.of(existing),
        30,
        false,
        true);
  }

  private static void refused(ThrowingCallable action) {
    assertThatExceptionOfType(NotYoursException.class).isThrownBy(action);
  }

  @Test
  void aMirrorIsMadeChangedAndEndedWithALineBeforeEach() throws Exception {
    MadeMirror made = ofOurs().add(mirror("anna@ours.test"));
    assertThat(made.password()).isPresent();
    assertThat(register.mirrors()).containsExactly(made.mirror());
    String id = made.mirror().id();
    assertThat(ofOurs().mirror(id).madeBy()).isEqualTo("carla");

    assertThat(ofOurs().change(id, 60, List.of(OFFICE), true).rule().days()).isEqualTo(60);
    assertThat(ofOurs().newPassword(id)).isNotEqualTo(made.password().orElseThrow());
    assertThat(ofOurs().end(id, true).inForce()).isFalse();
    assertThat(log)
        .containsExactly(
            "mirror.add anna@ours.test: into its own mailbox for 30 days",
            "mirror.change anna@ours.test: mirror "
                + id
                + ": into its own mailbox, office@ours.test for 60 days",
            "mirror.password anna@ours.test: mirror " + id,
            "mirror.end anna@ours.test: mirror " + id + ", its mail stays");
  }

  @Test
  void whatCannotBeIsRefusedAndSaysSoInTheLog() {
    assertThatExceptionOfType(MirrorRefusedException.class)
        .isThrownBy(() -> ofOurs().add(mirror("anna@ours.test", ANNA)));
    assertThat(register.mirrors()).isEmpty();
    assertThat(log).last().asString().startsWith("mirror.refused anna@ours.test: ITS_OWN_MIRROR");
  }

  @Test
  void nothingIsCopiedFromOrToAnotherDomain() throws Exception {
    refused(() -> ofOurs().add(mirror("theirs.test")));
    refused(() -> ofOurs().add(mirror("info@theirs.test", OFFICE)));
    refused(() -> ofOurs().add(mirror("anna@ours.test", FOREIGN)));
    refused(() -> ofOurs().add(mirror("alias.test")));
    assertThat(log).isEmpty();

    RegisteredMirror theirs = of(Optional.empty()).add(mirror("theirs.test")).mirror();
    RegisteredMirror toThem = of(Optional.empty()).add(mirror("anna@ours.test", FOREIGN)).mirror();
    assertThat(ofOurs().mirrors()).containsExactly(toThem);
    assertThat(ofOurs().mayChange(toThem)).isFalse();
    for (String id : List.of(theirs.id(), toThem.id(), "00000000")) {
      refused(() -> ofOurs().change(id, 1, List.of(), true));
      refused(() -> ofOurs().end(id, false));
      refused(() -> ofOurs().newPassword(id));
    }
    assertThat(register.mirrors()).allMatch(RegisteredMirror::inForce);
  }
}
