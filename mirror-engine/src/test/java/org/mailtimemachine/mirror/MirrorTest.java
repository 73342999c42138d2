package org.mailtimemachine.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

class MirrorTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final MailboxAddress STORE = MailboxAddress.of("_mirror_anna@example.test");

  @Test
  void oneRecipientIsCoveredWhateverTheCase() {
    MirrorSource source = new MirrorSource.SingleRecipient(ANNA);
    assertThat(source.covers(MailboxAddress.of("Anna@Example.TEST"))).isTrue();
    assertThat(source.covers(MailboxAddress.of("anna2@example.test"))).isFalse();
  }

  @Test
  void allRecipientsOfADomainAreCoveredAndNobodyElse() {
    MirrorSource source = new MirrorSource.AllRecipients("example.test");
    assertThat(source.covers(ANNA)).isTrue();
    assertThat(source.covers(MailboxAddress.of("anna@sub.example.test"))).isFalse();
  }

  @Test
  void daysToMirrorAreOneToTenYears() {
    MirrorSource source = new MirrorSource.SingleRecipient(ANNA);
    new Mirror(source, List.of(STORE), 1);
    new Mirror(source, List.of(STORE), 3650);
    for (int days : new int[] {0, -1, 3651}) {
      assertThatThrownBy(() -> new Mirror(source, List.of(STORE), days))
          .hasMessageContaining("1 to 3650");
    }
  }

  @Test
  void aMailboxIsNeverItsOwnMirror() {
    assertThatThrownBy(
            () -> new Mirror(new MirrorSource.SingleRecipient(ANNA), List.of(STORE, ANNA), 30))
        .hasMessageContaining("its own mirror");
    assertThatThrownBy(
            () -> new Mirror(new MirrorSource.SingleRecipient(ANNA), List.of(STORE, STORE), 30))
        .hasMessageContaining("each once");
  }
}
