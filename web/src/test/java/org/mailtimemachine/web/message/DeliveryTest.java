package org.mailtimemachine.web.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryTest {

  @Test
  void eachRecipientOfAReportIsTold() {
    assertThat(
            Delivery.read(
                """
                Reporting-MTA: dns; mx.example.org

                Original-Recipient: rfc822; anna@example.org
                Final-Recipient: rfc822; a@mx.example.org
                Action: failed
                Status: 5.1.1 (no such user)
                Diagnostic-Code: smtp; 550 5.1.1
                  no such user here

                Final-Recipient: RFC822;bob@example.net
                Action: Delayed
                """))
        .containsExactly(
            new Delivery(
                "anna@example.org",
                Delivery.Outcome.FAILED,
                "5.1.1",
                "550 5.1.1 no such user here"),
            new Delivery("bob@example.net", Delivery.Outcome.DELAYED, "", ""));
  }

  @Test
  void aReceiptSaysThatSomebodySawTheMessage() {
    assertThat(
            Delivery.read(
                """
                Final-Recipient: rfc822;anna@example.org
                Disposition: manual-action/MDN-sent-manually; displayed
                """))
        .containsExactly(new Delivery("anna@example.org", Delivery.Outcome.DISPLAYED, "", ""));
  }

  @Test
  void aHostileReportIsCut() {
    String recipient = "Final-Recipient: x;a\u202eb\nAction: ???\n\n";
    assertThat(Delivery.read(recipient.repeat(10_000)))
        .hasSize(50)
        .allSatisfy(delivery -> assertThat(delivery.recipient()).isEqualTo("ab"));
    assertThat(Delivery.read(":\n: :\n \n\n:x")).isEmpty();
  }
}
