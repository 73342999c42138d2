package org.mailtimemachine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

class RestoreRequestTest {

  private static RestoreRequest request(RestoreScope scope, String reason) {
    return new RestoreRequest(
        new UUID(1, 2),
        MailboxAddress.of("anna@example.test"),
        new SnapshotName("2026-11-14"),
        scope,
        RestoreRequest.Target.ORIGINAL_FOLDERS,
        false,
        Instant.parse("2026-11-22T10:00:00Z"),
        reason);
  }

  @Test
  void aRestoreOfNothingIsRefused() {
    assertThatThrownBy(() -> new RestoreScope.Folders(Set.of())).hasMessageContaining("nothing");
    assertThatThrownBy(() -> new RestoreScope.Messages(Map.of())).hasMessageContaining("nothing");
  }

  @Test
  void aReasonHasAnEnd() {
    RestoreScope everything = new RestoreScope.WholeMailbox();
    assertThat(request(everything, "").scope()).isEqualTo(everything);
    assertThatThrownBy(() -> request(everything, "x".repeat(2_001))).hasMessageContaining("2001");
  }

  @Test
  void aReasonHasNoOtherWordsThanThoseThatAreSeen() {
    RestoreScope everything = new RestoreScope.WholeMailbox();
    assertThat(request(everything, " I \u202etsol\u200b it\r\nyesterday ").reason())
        .isEqualTo("I tsol it\nyesterday");
  }

  @Test
  void whatWasAskedForDoesNotChangeAfterwards() {
    Set<FolderName> names = new HashSet<>(Set.of(FolderName.INBOX));
    RestoreScope.Folders scope = new RestoreScope.Folders(names);
    names.add(new FolderName("Sent"));
    assertThat(scope.names()).containsExactly(FolderName.INBOX);
  }
}
