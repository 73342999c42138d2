package org.mailtimemachine.mailstore.maildir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

class QuotaTest {

  @TempDir Path box;

  private Optional<Quota> read(String text) throws IOException {
    Files.writeString(box.resolve("maildirsize"), text);
    try (DirectoryHandle root = DirectoryHandle.open(box)) {
      return Quota.read(root);
    }
  }

  @Test
  void theLimitsAreInTheFirstLineAndWhatCameAndWentBelow() throws IOException {
    assertThat(read("2147483648S\n824 2\n412 1\n-824 -2\n"))
        .contains(new Quota(412, 1, 2_147_483_648L, 0));
    assertThat(read("1000S,500C\n  1200   7\n")).contains(new Quota(1200, 7, 1000, 500));
    assertThat(read("500C\n")).contains(new Quota(0, 0, 0, 500));
    assertThat(read("\n10 1\n")).as("without a limit").contains(new Quota(10, 1, 0, 0));
    assertThat(read("1000S\n-5 -1\n")).as("as if counted anew").contains(new Quota(0, 0, 1000, 0));
  }

  @Test
  void whatIsOverALimitIsExceeded() {
    assertThat(new Quota(100, 1, 100, 1).exceeded()).isFalse();
    assertThat(new Quota(100, 1, 100, 1).plus(1, 0).exceeded()).isTrue();
    assertThat(new Quota(100, 1, 0, 1).plus(0, 1).exceeded()).isTrue();
    assertThat(new Quota(1L << 60, 1L << 40, 0, 0).exceeded()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "S\n",
        "1000\n",
        "1000X\n",
        "-\n",
        "99999999999999999999S\n",
        "1000S\nten 1\n",
        "1000S\n1\n"
      })
  void whatMakesNoSenseIsNotKnown(String text) throws IOException {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void aSumThatNoNumberHoldsIsNotKnown() throws IOException {
    assertThat(read("1000S\n" + "999999999999999999 1\n".repeat(10))).isEmpty();
  }

  @Test
  void aFileThatIsMissingOrALinkIsNotKnown() throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(box)) {
      assertThat(Quota.read(root)).isEmpty();
      Quota.forget(root);
      Files.createSymbolicLink(box.resolve("maildirsize"), Path.of("/etc/passwd"));
      assertThat(Quota.read(root)).isEmpty();
    }
  }
}
