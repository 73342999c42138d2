package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** What every source of passwords has to answer. */
interface MailboxPasswordsContract {

  MailboxAddress ANNA = MailboxAddress.of("anna@example.org");
  MailboxAddress LOCKED = MailboxAddress.of("locked@example.org");
  MailboxAddress UMLAUT = MailboxAddress.of("zoë@example.org");

  /** The passwords of those who may sign in, and that of {@link #LOCKED}, who may not. */
  Map<MailboxAddress, String> PASSWORDS =
      Map.of(ANNA, "correct horse", LOCKED, "was right once", UMLAUT, "pässwörd \"\\ €");

  MailboxPasswords testee() throws Exception;

  /** One whose source is not there. */
  MailboxPasswords unreachable() throws Exception;

  @Test
  default void theRightPasswordOpensAMailbox() throws Exception {
    assertThat(testee().opens(ANNA, "correct horse")).isTrue();
  }

  @Test
  default void aPasswordMayHoldAnyCharacter() throws Exception {
    assertThat(testee().opens(UMLAUT, "pässwörd \"\\ €")).isTrue();
  }

  @Test
  default void aWrongPasswordOpensNothing() throws Exception {
    assertThat(testee().opens(ANNA, "correct horsf")).isFalse();
    assertThat(testee().opens(ANNA, "Correct horse")).isFalse();
    assertThat(testee().opens(ANNA, "")).isFalse();
  }

  @Test
  default void somebodyElsesPasswordOpensNothing() throws Exception {
    assertThat(testee().opens(ANNA, "pässwörd \"\\ €")).isFalse();
  }

  @Test
  default void anUnknownMailboxIsRefusedLikeAWrongPassword() throws Exception {
    assertThat(testee().opens(MailboxAddress.of("nobody@example.org"), "correct horse")).isFalse();
  }

  @Test
  default void aLockedMailboxIsRefusedWithItsOwnPassword() throws Exception {
    assertThat(testee().opens(LOCKED, "was right once")).isFalse();
  }

  @Test
  default void aSourceThatIsNotThereIsNoRefusal() throws Exception {
    MailboxPasswords unreachable = unreachable();

    assertThatThrownBy(() -> unreachable.opens(ANNA, "correct horse"))
        .isInstanceOf(PasswordsUnavailable.class);
  }
}
