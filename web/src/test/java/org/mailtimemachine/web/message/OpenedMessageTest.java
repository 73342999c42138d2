package org.mailtimemachine.web.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;
import org.mailtimemachine.web.calendar.Invitation;
import org.mailtimemachine.web.mirrored.MirrorOfHost;
import org.mailtimemachine.web.mirrored.MirroredMail;

class OpenedMessageTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");
  private static final MailboxAddress BOB = MailboxAddress.of("bob@example.org");
  private static final SnapshotName DAY = new SnapshotName("2026-11-14");

  private final MemoryCatalogue catalogue = new MemoryCatalogue();
  private final MemoryStore store = new MemoryStore();
  private final MessageOpener opener =
      new MessageOpener(
          catalogue,
          store,
          new MirroredMail(
              MirrorOfHost.none(Clock.systemUTC()), catalogue, store, Clock.systemUTC()));

  @Test
  void aMessageIsWrittenByteForByte() throws IOException {
    String message = "Subject: x\n\n" + "à\n".repeat(1000);
    UUID id = put(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OpenedMessage opened = opener.open(ANNA, DAY, id).orElseThrow()) {
      opened.writeTo(out);
      assertThat(opened.size()).isEqualTo(out.size());
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(message.replace("\n", "\r\n"));
    assertThat(store.open).isZero();
  }

  @Test
  void nobodyOpensTheMessageOfSomebodyElse() throws IOException {
    UUID id = put("Subject: private\n\n");
    assertThat(opener.open(BOB, DAY, id)).isEmpty();
    assertThat(opener.open(ANNA, new SnapshotName("2026-11-13"), id)).isEmpty();
    assertThat(opener.open(ANNA, DAY, UUID.randomUUID())).isEmpty();
    assertThat(store.open).isZero();
  }

  @Test
  void itsOwnPicturesAreShownAndThoseFromElsewhereOnlyAfterConsent() throws IOException {
    UUID id =
        put(
            """
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            <p>Hello<img src="cid:a%2Bb@x"><img src="CID:none"><img src="https://example.com/t.gif" alt="logo">
            --r
            Content-Type: image/png
            Content-ID: <a+b@x>
            Content-Transfer-Encoding: base64

            AAEC
            --r
            Content-Type: text/html
            Content-ID: <none>

            <script>alert(1)</script>
            --r--
            """);
    try (OpenedMessage opened = opener.open(ANNA, DAY, id).orElseThrow()) {
      SafeHtml without = opened.html(opened.parse(), false);
      assertThat(without.document())
          .contains("<p>Hello<img src=\"data:image/png;base64,AAEC\"")
          .contains("alt=\"logo\"")
          .doesNotContain("example.com", "alert", "cid:");
      ShownPictures pictures = opened.pictures(opened.parse());
      assertThat(pictures.blocked()).isEqualTo(1);
      assertThat(pictures.embedded()).containsExactly(2);
      assertThat(pictures.files(opened.parse()).stream().map(MessagePart::number))
          .containsExactly(3);
      SafeHtml with = opened.html(opened.parse(), true);
      assertThat(with.document()).contains("src=\"https://example.com/t.gif\"");
    }
  }

  @Test
  void onePictureShownAThousandTimesDoesNotFillTheMemory() throws IOException {
    UUID id =
        put(
            """
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            %s
            --r
            Content-Type: image/png
            Content-ID: <p>
            Content-Transfer-Encoding: base64

            %s
            --r--
            """
                .formatted(
                    "<img src=\"cid:p\">\n".repeat(1_000), ("A".repeat(76) + "\n").repeat(2_000)));
    try (OpenedMessage opened = opener.open(ANNA, DAY, id).orElseThrow()) {
      assertThat(opened.html(opened.parse(), false).document())
          .contains("data:image/png")
          .hasSizeLessThan(13 * 1024 * 1024);
    }
  }

  @Test
  void whatIsNeitherReadNorSeenIsAFile() throws IOException {
    UUID id =
        put(
            """
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            <img src="cid:drawing"><img src="cid:photo">
            --r
            Content-Type: image/svg+xml
            Content-ID: <drawing>

            <svg/>
            --r
            Content-Type: image/png
            Content-ID: <photo>

            x
            --r
            Content-Type: image/png
            Content-ID: <never referred to>

            x
            --r--
            """);
    try (OpenedMessage opened = opener.open(ANNA, DAY, id).orElseThrow()) {
      ParsedMessage parsed = opened.parse();
      assertThat(opened.pictures(parsed).files(parsed).stream().map(MessagePart::number))
          .containsExactly(2, 4);
    }
  }

  @Test
  void aMessageThatExpiredMeanwhileIsNotThere() throws IOException {
    UUID id = put("Subject: x\n\n");
    store.expire("pool-" + id);
    assertThat(opener.open(ANNA, DAY, id)).isEmpty();
  }

  @Test
  void aMailboxThatLeftTheStoreMeanwhileIsNotThere() throws IOException {
    UUID id = put("Subject: x\n\n");
    store.vanish();
    assertThat(opener.open(ANNA, DAY, id)).isEmpty();
  }

  @Test
  void whereTheStoreIsAwayNobodySaysThatAMessageIsNotThere() throws IOException {
    UUID id = put("Subject: x\n\n");
    store.vanish();
    catalogue.storeAway = true;
    assertThatExceptionOfType(StoreUnavailable.class).isThrownBy(() -> opener.open(ANNA, DAY, id));
  }

  @Test
  void aMessageWithoutHtmlIsShownAsText() throws IOException {
    UUID id = put("Subject: x\n\n<b>1 < 2</b>");
    try (OpenedMessage opened = opener.open(ANNA, DAY, id).orElseThrow()) {
      assertThat(opened.html(opened.parse(), false).document())
          .contains("&lt;b&gt;1 &lt; 2&lt;/b&gt;");
    }
  }

  @Test
  void whatWasForwardedIsReadAndSummedUp() throws IOException {
    UUID id =
        put(
            """
            Content-Type: multipart/mixed; boundary=b

            --b

            see below
            --b
            Content-Type: message/rfc822

            Subject: inner
            From: bob@example.net
            Content-Type: multipart/mixed; boundary=c

            --c

            words
            --c
            Content-Type: text/calendar

            BEGIN:VCALENDAR
            METHOD:REQUEST
            BEGIN:VEVENT
            SUMMARY:Lunch
            END:VEVENT
            END:VCALENDAR
            --c--
            --b--
            """);
    try (OpenedMessage opened = opener.open(ANNA, DAY, id).orElseThrow()) {
      Enclosures outer = Enclosures.of(opened, opened.parse(), PartPath.WHOLE);
      assertThat(outer.messages())
          .extracting(message -> message.number() + " " + message.summary().subject())
          .containsExactly("2 inner");
      assertThat(outer.invitations()).isEmpty();
      PartPath path = PartPath.WHOLE.with(2);
      OpenedMessage inner = opened.within(path).orElseThrow();
      assertThat(inner.parse().text().strip()).isEqualTo("words");
      assertThat(Enclosures.of(inner, inner.parse(), path).invitations())
          .extracting(Invitation::title)
          .containsExactly("Lunch");
      assertThat(opened.within(PartPath.WHOLE.with(1))).isEmpty();
    }
    assertThat(store.open).isZero();
  }

  private UUID put(String message) {
    UUID id = UUID.randomUUID();
    store.put("pool-" + id, message);
    catalogue.put(
        ANNA,
        DAY,
        new CataloguedMessage(
            id,
            UUID.randomUUID(),
            "pool-" + id,
            "x",
            "",
            "",
            Instant.EPOCH,
            1,
            Flags.NONE,
            List.of(),
            0,
            ""));
    return id;
  }
}
