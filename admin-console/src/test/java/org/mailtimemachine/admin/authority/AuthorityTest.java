package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;

class AuthorityTest {

  private static final String OURS = "anna@ours.test";
  private static final String THEIRS = "info@theirs.test";

  @TempDir private Path directory;
  private SmallHost host;
  private Store store;
  private final List<AuditFilter> asked = new ArrayList<>();
  private final List<Optional<Set<String>>> sized = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    host = new SmallHost(directory, OURS, THEIRS);
    store = Store.open(host.store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Authority of(Optional<Set<String>> domains) {
    return new Authority(
        new Administrator("carla", "", Locale.ENGLISH, domains, false),
        host.book,
        host.desk,
        store,
        nobodyAsks(),
        new AuditLog() {
          @Override
          public SealedEntry append(AuditEntry entry) {
            return SealedEntry.after(1, SealedEntry.NO_SEAL, entry);
          }

          @Override
          public List<SealedEntry> read(AuditFilter filter, long before, int most) {
            asked.add(filter);
            return List.of();
          }

          @Override
          public Optional<Long> firstBroken() {
            return Optional.empty();
          }
        },
        new MailboxSizes() {
          @Override
          public Map<MailboxAddress, Size> all(Optional<Set<String>> domains) {
            sized.add(domains);
            return Map.of();
          }

          @Override
          public Map<MailboxAddress, Size> of(Collection<MailboxAddress> mailboxes) {
            mailboxes.forEach(mailbox -> sized.add(Optional.of(Set.of(mailbox.domain()))));
            return Map.of();
          }
        },
        InstantSource.fixed(SmallHost.NOW));
  }

  /** What belongs to others must be refused before anything is looked up. */
  private static Catalogue nobodyAsks() {
    return (Catalogue)
        Proxy.newProxyInstance(
            Catalogue.class.getClassLoader(),
            new Class<?>[] {Catalogue.class},
            (_, method, _) -> {
              throw new AssertionError("asked for " + method.getName());
            });
  }

  private Authority ofOurs() {
    return of(Optional.of(Set.of("ours.test")));
  }

  private static void refused(ThrowingCallable action) {
    assertThatExceptionOfType(NotYoursException.class).isThrownBy(action);
  }

  @Test
  void aDomainAdministratorSeesTheRequestsAndMailboxesOfTheDomainsGiven() throws Exception {
    UUID ours = host.request(OURS, "").id();
    host.request(THEIRS, "");

    assertThat(ofOurs().requests(EnumSet.allOf(RequestState.class), "", 0, 10).requests())
        .extracting(request -> request.mailbox().toString())
        .containsExactly(OURS);
    assertThat(ofOurs().request(ours).id()).isEqualTo(ours);
    assertThat(ofOurs().mailboxes("")).extracting(Object::toString).containsExactly(OURS);
    assertThat(of(Optional.empty()).mailboxes("I")).extracting(Object::toString).contains(THEIRS);
    assertThat(of(Optional.empty()).requests(RequestState.allOpen(), "", 0, 10).total())
        .isEqualTo(2);
  }

  @Test
  void nothingCanBeSeenOrDoneAboutAnotherDomain() throws Exception {
    UUID pending = host.request(THEIRS, "").id();
    UUID done = host.confirmed(THEIRS);
    host.desk.carryOut(done, RestoreProgress.NONE);
    Authority ours = ofOurs();

    for (UUID id : List.of(pending, done, UUID.randomUUID())) {
      refused(() -> ours.request(id));
      refused(() -> ours.plan(id));
      refused(() -> ours.receipt(id));
      refused(() -> ours.confirm(id));
      refused(() -> ours.reject(id, "Not now."));
      refused(() -> ours.giveUp(id));
      refused(() -> ours.takeBack(id));
    }
    refused(() -> ours.days(MailboxAddress.of(THEIRS)));
    refused(() -> ours.folders(MailboxAddress.of(THEIRS), SmallHost.DAY));
    refused(() -> ours.pins(MailboxAddress.of(THEIRS)));
    ours.sizes();
    ofOurs().sizes(List.of(MailboxAddress.of(OURS), MailboxAddress.of(THEIRS)));
    assertThat(sized)
        .containsExactly(Optional.of(Set.of("ours.test")), Optional.of(Set.of("ours.test")));
    refused(() -> ours.ofHost("the nights"));
    refused(() -> ours.firstBrokenLine());
    ours.log("", Long.MAX_VALUE, 10);

    assertThat(asked).containsExactly(new AuditFilter(Optional.of(Set.of("ours.test")), ""));
    assertThat(host.book.find(pending).orElseThrow().state()).isEqualTo(RequestState.PENDING);
    assertThat(host.book.find(done).orElseThrow().state()).isEqualTo(RequestState.DONE);
  }

  @Test
  void whoDecidesSecondIsTold() throws Exception {
    UUID id = host.request(OURS, "").id();

    ofOurs().confirm(id);
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> of(Optional.empty()).confirm(id))
        .satisfies(
            refused ->
                assertThat(refused.why()).isEqualTo(RequestRefusedException.Why.NOT_PENDING));
    assertThat(host.book.entries.getLast().who()).isEqualTo("carla");
  }
}
