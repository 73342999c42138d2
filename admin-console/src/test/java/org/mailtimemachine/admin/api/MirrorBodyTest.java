package org.mailtimemachine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;

class MirrorBodyTest {

  private static final Set<String> FIELDS =
      Set.of("source", "days", "existing", "ownMailbox", "olderMailMayGo");

  private static MirrorBody body(String text) {
    return MirrorBody.of(text, FIELDS);
  }

  @Test
  void aBodyIsReadAsItIsWritten() {
    MirrorBody body =
        body(
            """
            {"source": "anna@example.org", "days": 30, "existing": ["office@example.org"],
             "ownMailbox": true, "olderMailMayGo": null}
            """);

    assertThat(body.source())
        .isEqualTo(new MirrorSource.SingleRecipient(MailboxAddress.of("anna@example.org")));
    assertThat(body.days()).contains(30);
    assertThat(body.existing()).contains(List.of(MailboxAddress.of("office@example.org")));
    assertThat(body.flag("ownMailbox")).isTrue();
    assertThat(body.flag("olderMailMayGo")).isFalse();
    assertThat(body("{\"source\":\"example.org\"}").source())
        .isEqualTo(new MirrorSource.AllRecipients("example.org"));
    assertThat(body("{}").existing()).isEmpty();
  }

  @Test
  void whatIsWrongIsNamedWithItsFieldAndWhatToDo() {
    refused("", () -> body("no JSON"));
    refused("", () -> body("[]"));
    refused("", () -> body("{\"days\": 30"));
    refused("", () -> body("{\"source\":\"" + "x".repeat(70_000) + "\"}"));
    refused("dyas", () -> body("{\"dyas\": 30}"));
    refused("source", () -> body("{}").source());
    refused("source", () -> body("{\"source\":\"a/b@example.org\"}").source());
    refused("source", () -> body("{\"source\":\"..\"}").source());
    refused("source", () -> body("{\"source\":7}").source());
    refused("days", () -> body("{\"days\":\"30\"}").days());
    refused("days", () -> body("{\"days\":1e99}").days());
    refused("days", () -> body("{\"days\":1.5}").days());
    refused("existing", () -> body("{\"existing\":\"office@example.org\"}").existing());
    refused("existing", () -> body("{\"existing\":[7]}").existing());
    refused("existing", () -> body("{\"existing\":[\"nobody\"]}").existing());
    refused("ownMailbox", () -> body("{\"ownMailbox\":\"true\"}").flag("ownMailbox"));
  }

  @Test
  void noTextHasTheCharacterNul() {
    JsonBody body =
        JsonBody.parse(
            "{\"note\":\"sent\\u0000again\",\"existing\":[\"\\u0000\"]}",
            Set.of("note", "existing"));
    refused("note", () -> body.text("note"));
    refused("existing", () -> body.texts("existing"));
  }

  private static void refused(String field, ThrowingCallable call) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(call)
        .satisfies(
            problem -> {
              assertThat(problem.field()).isEqualTo(field);
              assertThat(problem.remedy()).isNotEmpty();
              assertThat(problem.status()).isEqualTo(Response.Status.BAD_REQUEST);
            });
  }
}
