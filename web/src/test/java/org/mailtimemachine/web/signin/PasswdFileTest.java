package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.codec.digest.Crypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswdFileTest implements MailboxPasswordsContract {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("passwd");
    Files.write(
        file,
        List.of(
            "# made by hand",
            "",
            ANNA
                + ":{SHA512-CRYPT}"
                + Crypt.crypt(PASSWORDS.get(ANNA), "$6$salt")
                + ":5000:5000::/mail",
            LOCKED + ":{PLAIN}" + PASSWORDS.get(LOCKED) + ":::::: nologin=closed reason=moved",
            UMLAUT + ":{PLAIN}" + PASSWORDS.get(UMLAUT)));
  }

  @Override
  public MailboxPasswords testee() {
    return new PasswdFile(file);
  }

  @Override
  public MailboxPasswords unreachable() {
    return new PasswdFile(directory.resolve("absent"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$6$salt", "$5$salt", "$1$salt", "$6$rounds=1000$salt"})
  void aHashWithoutASchemeIsReadByCrypt(String salt) throws Exception {
    Files.writeString(file, ANNA + ":" + Crypt.crypt("secret", salt) + "::::::\n");

    assertThat(testee().opens(ANNA, "secret")).isTrue();
    assertThat(testee().opens(ANNA, "Secret")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "!",
        "*",
        "{SHA512-CRYPT}",
        "{SHA512-CRYPT}!",
        "{SHA512-CRYPT}!$6$salt$hash",
        "{SHA512-CRYPT}$6$",
        "{CRYPT}x",
        "{UNKNOWN}secret",
        "{PLAIN}"
      })
  void aFieldThatIsNoPasswordOpensNothing(String field) throws Exception {
    Files.writeString(file, ANNA + ":" + field + "::::::\n");

    assertThat(testee().opens(ANNA, "secret")).isFalse();
    assertThat(testee().opens(ANNA, "x")).isFalse();
  }

  @Test
  void aChangedPasswordCountsAtOnce() throws Exception {
    MailboxPasswords passwords = testee();
    Files.writeString(file, ANNA + ":{PLAIN}first\n");
    assertThat(passwords.opens(ANNA, "first")).isTrue();

    Files.writeString(file, ANNA + ":{PLAIN}other\n");

    assertThat(passwords.opens(ANNA, "first")).isFalse();
    assertThat(passwords.opens(ANNA, "other")).isTrue();
  }

  @Test
  void anAddressThatBeginsAnotherIsNotMixedUpWithIt() throws Exception {
    Files.writeString(file, ANNA + ".net:{PLAIN}other\n" + ANNA + ":{PLAIN}secret\n");

    assertThat(testee().opens(ANNA, "secret")).isTrue();
    assertThat(testee().opens(ANNA, "other")).isFalse();
  }
}
