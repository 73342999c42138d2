package org.mailtimemachine.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Whose mail goes where; the rules are those of the hosted mirror services. */
class MirrorRulesTest {

  private static final Mirror BOB = single("bob@example.test", "_mirror_bob@example.test");
  private static final Mirror ALL = all("example.test", "_mirror@example.test");
  private static final AddressRules ALIASES =
      new AddressRules("+-", Map.of("example.org", "Example.test"));

  @Test
  void aSingleRecipientIsThatAddressInAnyCase() {
    MirrorRules rules = MirrorRules.of(List.of(BOB));
    assertThat(rules.destinations("BOB@Example.TEST")).isEqualTo(of("_mirror_bob@example.test"));
    assertThat(rules.destinations("carol@example.test")).isEmpty();
    assertThat(rules.destinations("bob@example.org")).isEmpty();
    assertThat(rules.destinations("bob@sub.example.test")).isEmpty();
  }

  @Test
  void allRecipientsIsTheWholeDomainAndNoOther() {
    MirrorRules rules = MirrorRules.of(List.of(ALL));
    assertThat(rules.destinations("anybody@EXAMPLE.test")).isEqualTo(of("_mirror@example.test"));
    assertThat(rules.destinations("anybody@sub.example.test")).isEmpty();
  }

  @Test
  void oneSourceMayHaveSeveralMirrorsAndEachMailboxGetsOneCopy() {
    MirrorRules rules =
        MirrorRules.of(
            List.of(
                BOB,
                single("bob@example.test", "audit@example.test", "old@example.test"),
                all("example.test", "_mirror@example.test", "audit@example.test")));
    assertThat(rules.destinations("bob@example.test"))
        .isEqualTo(
            of(
                "_mirror_bob@example.test",
                "audit@example.test",
                "old@example.test",
                "_mirror@example.test"));
  }

  @Test
  void aTagMakesNoOtherRecipientUnlessThatIsAMirrorOfItsOwn() {
    Mirror tagged = single("bob+bills@example.test", "bills@example.test");
    MirrorRules rules = MirrorRules.of(List.of(BOB, tagged));
    assertThat(rules.destinations("bob+x@example.test")).isEqualTo(of("_mirror_bob@example.test"));
    assertThat(rules.destinations("bob+bills@example.test"))
        .isEqualTo(of("bills@example.test", "_mirror_bob@example.test"));
    assertThat(rules.destinations("bob-x@example.test")).isEmpty();
    assertThat(rules.destinations("+bob@example.test")).isEmpty();
    MirrorRules without = MirrorRules.of(List.of(BOB), new AddressRules("", Map.of()));
    assertThat(without.destinations("bob+x@example.test")).isEmpty();
  }

  @Test
  void anAliasDomainIsTheDomainThatItStandsFor() {
    MirrorRules rules = MirrorRules.of(List.of(BOB, ALL), ALIASES);
    assertThat(rules.destinations("Bob-tag@EXAMPLE.org"))
        .isEqualTo(of("_mirror_bob@example.test", "_mirror@example.test"));
    assertThatThrownBy(
            () -> new AddressRules("+", Map.of("a.example", "b.example", "B.example", "c.example")))
        .hasMessageContaining("a.example is an alias of b.example");
  }

  @Test
  void aMirrorMailboxIsNotMirroredIntoItself() {
    MirrorRules rules = MirrorRules.of(List.of(ALL, BOB), ALIASES);
    assertThat(rules.destinations("_mirror@example.test")).isEmpty();
    assertThat(rules.destinations("_MIRROR+x@example.org")).isEmpty();
    assertThat(rules.destinations("_mirror_bob@example.test"))
        .isEqualTo(of("_mirror@example.test"));
  }

  @Test
  void whatCannotBeAMailboxHasNoMirror() {
    MirrorRules rules = MirrorRules.of(List.of(ALL));
    assertThat(
            Stream.of(
                "", "postmaster", "@example.test", "a/b@example.test", "a@", "a\0@example.test"))
        .allSatisfy(recipient -> assertThat(rules.destinations(recipient)).isEmpty());
  }

  @Test
  void whateverAStrangerSaysBehindRcptToIsAnswered() {
    MirrorRules rules = MirrorRules.of(List.of(BOB, ALL), ALIASES);
    assertThat(rules.destinations("..+x@example.test")).isEqualTo(of("_mirror@example.test"));
    assertThat(rules.destinations(".+x@example.org")).isEqualTo(of("_mirror@example.test"));
    assertThat(rules.destinations(".-x@elsewhere.test")).isEmpty();
    String longer = "\u0130".repeat(127); // three bytes each in lower case, and two as it is
    assertThat(rules.destinations(longer + "@example.test")).isEqualTo(of("_mirror@example.test"));
    assertThat(rules.destinations("a@" + longer)).isEmpty();
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    Random random = new Random(seed);
    String letters = "ab.+-@/\0 \u0130\ud800\uffff\"<>\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder recipient = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        recipient.append(letters.charAt(random.nextInt(letters.length())));
      }
      recipient.append(random.nextBoolean() ? "@example.test" : "");
      assertThatCode(() -> rules.destinations(recipient.toString()))
          .as("%s, seed %d", recipient, seed)
          .doesNotThrowAnyException();
    }
  }

  private static Mirror single(String source, String... destinations) {
    return new Mirror(
        new MirrorSource.SingleRecipient(MailboxAddress.of(source)), list(destinations), 30);
  }

  private static Mirror all(String domain, String... destinations) {
    return new Mirror(new MirrorSource.AllRecipients(domain), list(destinations), 30);
  }

  private static List<MailboxAddress> list(String... addresses) {
    return Stream.of(addresses).map(MailboxAddress::of).toList();
  }

  private static Set<MailboxAddress> of(String... addresses) {
    return Set.copyOf(list(addresses));
  }
}
