package org.mailtimemachine.command.demo;

import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * One of the three people whose Mailboxes the demo shows.
 *
 * @param mailbox the address
 * @param style how this mail program writes a body: {@code flowed} or {@code rich}
 * @param mailProgram its User-Agent
 * @param signature below every message
 */
record DemoUser(MailboxAddress mailbox, String style, String mailProgram, String signature) {

  static final List<DemoUser> ALL =
      List.of(
          new DemoUser(
              MailboxAddress.of("anna@demo.test"),
              "flowed",
              "Mozilla Thunderbird",
              "Anna Verdastri, architect\nhttps://anna.demo.test"),
          new DemoUser(
              MailboxAddress.of("marco@demo.test"),
              "rich",
              "K-9 Mail for Android",
              "Marco Olmeto\nGiardini e paesaggi"),
          new DemoUser(
              MailboxAddress.of("info@studio.test"),
              "rich",
              "Roundcube Webmail",
              "Studio Quercia - architettura e paesaggio\nhttps://www.studio.test"));

  String localPart() {
    return mailbox.localPart();
  }

  String address() {
    return mailbox.toString();
  }
}
