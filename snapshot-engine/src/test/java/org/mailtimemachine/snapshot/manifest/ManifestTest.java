package org.mailtimemachine.snapshot.manifest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.SpecialUse;

class ManifestTest {

  private static final Instant TIME = Instant.parse("2026-11-22T00:00:03.000000007Z");
  private static final DirectoryState STATE =
      new DirectoryState(8L << 32, 4711, TIME, TIME.plusNanos(1), true);

  private final Manifest manifest =
      new Manifest(
          MailboxAddress.of("ü %@example.test"),
          TIME,
          List.of(
              new ManifestFolder(
                  FolderName.INBOX,
                  "",
                  true,
                  Optional.of(SpecialUse.INBOX),
                  OptionalLong.of(77),
                  false,
                  3,
                  1,
                  "ab".repeat(32),
                  STATE,
                  DirectoryState.MISSING),
              new ManifestFolder(
                  new FolderName("A/Ünïcode\n/x"),
                  ".A.%FF",
                  false,
                  Optional.empty(),
                  OptionalLong.empty(),
                  true,
                  0,
                  0,
                  "cd".repeat(32),
                  STATE,
                  STATE)));

  private final Listing listing =
      new Listing(
          new TreeMap<>(Map.of('a', "$Important", 'b', "due parole\t%")),
          List.of(
              new ListedMessage("1.a", "1.a", Flags.NONE, "", 5, TIME, 9, OptionalLong.empty()),
              new ListedMessage(
                  "2.b", "1.a~7", new Flags("FS"), "ab", 1L << 40, TIME, 0, OptionalLong.of(3))));

  @Test
  void aManifestIsReadAsItWasWritten() throws DamagedFileException {
    assertThat(Manifest.parse(manifest.toBytes(), "m")).isEqualTo(manifest);
  }

  @Test
  void aListingIsReadAsItWasWritten() throws DamagedFileException {
    assertThat(Listing.parse(listing.toBytes(), "l")).isEqualTo(listing);
  }

  @Test
  void theTextIsWhatTheFormatSays() {
    assertThat(new String(listing.toBytes(), US_ASCII).lines().limit(5))
        .containsExactly(
            "mail-time-machine-listing 1",
            "keyword\ta\t$Important",
            "keyword\tb\tdue%20parole%09%25",
            "message\t1.a\t=\t-\t-\t5\t1795305603.000000007\t9\t-",
            "message\t2.b\t1.a~7\tFS\tab\t1099511627776\t1795305603.000000007\t0\t3");
  }

  @Test
  void everyTornOrFlippedByteIsNoticed() {
    byte[] bytes = manifest.toBytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] flipped = bytes.clone();
      flipped[i] ^= 1;
      assertThatThrownBy(() -> Manifest.parse(flipped, "m"))
          .isInstanceOf(DamagedFileException.class);
      byte[] torn = java.util.Arrays.copyOf(bytes, i);
      assertThatThrownBy(() -> Manifest.parse(torn, "m")).isInstanceOf(DamagedFileException.class);
    }
  }

  @Test
  void anUnknownFormatIsNamed() {
    byte[] newer =
        new String(manifest.toBytes(), US_ASCII)
            .replace("manifest 1", "manifest 2")
            .getBytes(US_ASCII);
    assertThatThrownBy(() -> Manifest.parse(newer, "file x"))
        .hasMessageContaining("file x")
        .hasMessageContaining("mail-time-machine-manifest 2");
  }
}
