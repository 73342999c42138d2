package org.mailtimemachine.restore.administrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondFactorTest {

  private static final Seed RFC = new Seed("12345678901234567890".getBytes(StandardCharsets.UTF_8));

  /** The last six of the eight digits in RFC 6238, appendix B. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void codesAreThoseOfTheStandard(long second, String code) {
    Instant now = Instant.ofEpochSecond(second);
    assertThat(RFC.code(now)).isEqualTo(code);
    assertThat(RFC.step(code, now)).hasValue(second / Seed.STEP_SECONDS);
  }

  @Test
  void aCodeOfTheStepBeforeOrAfterIsTakenAndNoOther() {
    Instant now = Instant.ofEpochSecond(1_700_000_010);
    for (int steps = -3; steps <= 3; steps++) {
      String code = RFC.code(now.plusSeconds(steps * Seed.STEP_SECONDS));
      assertThat(RFC.step(code, now).isPresent())
          .as("%d steps", steps)
          .isEqualTo(Math.abs(steps) < 2);
    }
    assertThat(RFC.step(" 00 12 3", now)).isEmpty();
    assertThat(RFC.step("", now)).isEmpty();
    String code = RFC.code(now);
    assertThat(RFC.step(code.substring(0, 3) + " " + code.substring(3), now)).isPresent();
  }

  @Test
  void theSeedIsShownAsAuthenticatorsReadIt() {
    assertThat(RFC.base32()).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assertThat(RFC.uri("Mail Time Machine", "anna"))
        .isEqualTo(
            "otpauth://totp/Mail%20Time%20Machine:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Mail%20Time%20Machine");
    assertThat(Seed.random()).isNotEqualTo(Seed.random()).doesNotHaveToString(RFC.base32());
  }

  @Test
  void aSealedSeedIsOpenedByItsPasswordAlone() {
    SealedSeed sealed = SealedSeed.of(RFC, "nine wooden boats");
    assertThat(sealed.open("nine wooden boats")).contains(RFC);
    assertThat(sealed.open("ten wooden boats")).isEmpty();
    assertThat(SealedSeed.of(RFC, "nine wooden boats").text()).isNotEqualTo(sealed.text());
    assertThat(sealed.toString()).doesNotContain(sealed.text());
  }

  @Test
  void recoveryCodesAreLongAndKnownHoweverTheyAreTyped() {
    List<RecoveryCode> codes = RecoveryCode.random();
    assertThat(codes).hasSize(RecoveryCode.COUNT).doesNotHaveDuplicates();
    RecoveryCode code = codes.getFirst();
    assertThat(code.text()).matches("([a-z2-9]{4}-){3}[a-z2-9]{4}");
    assertThat(
            new RecoveryCode(" " + code.text().toUpperCase(Locale.ROOT).replace("-", " ")).hash())
        .isEqualTo(code.hash());
  }

  @Test
  void afterFiveWrongCodesThereIsAPause() {
    Instant now = Instant.parse("2026-11-22T10:00:00Z");
    SecondFactor four =
        new SecondFactor(new SealedSeed(""), now, new HashSet<>(), 0, 4, Optional.of(now));
    assertThat(four.paused(now)).isFalse();
    SecondFactor five = new SecondFactor(new SealedSeed(""), now, Set.of(), 0, 5, Optional.of(now));
    assertThat(five.paused(now)).isTrue();
    assertThat(five.paused(now.plus(SecondFactor.PAUSE))).isFalse();
  }
}
