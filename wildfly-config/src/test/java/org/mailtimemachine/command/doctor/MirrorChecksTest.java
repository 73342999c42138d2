package org.mailtimemachine.command.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.server.MirrorServer;
import org.mailtimemachine.mirror.server.MirrorServerSettings;

class MirrorChecksTest {

  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path root;
  private final Map<String, String> set = new TreeMap<>();

  @BeforeEach
  void settings() throws IOException {
    Files.createDirectories(root.resolve("mail"));
    set.put("mtm.mirror.directory", root.resolve("mirror").toString());
    set.put("mtm.mirror.users", root.resolve("users").toString());
    set.put("mtm.maildirs", root.resolve("mail").toString());
    set.put("mtm.zone", "UTC");
    set.put("mtm.mirror.listen", "127.0.0.1:0");
    try (ServerSocket closed = socket()) {
      set.put("mtm.mirror.next-hop", "127.0.0.1:" + closed.getLocalPort());
    }
  }

  private static ServerSocket socket() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private MirrorServerSettings read() {
    return MirrorServerSettings.of(name -> Optional.ofNullable(set.get(name))).orElseThrow();
  }

  private MirrorRegister withOneMirror() throws Exception {
    MirrorRegister register = MirrorRegister.openOrMake(read().mirrors(), CLOCK);
    register.add(
        new NewMirror(
            new MirrorSource.AllRecipients("example.org"), true, List.of(), 30, false, false),
        "carla");
    return register;
  }

  private List<String> found() {
    return new MirrorChecks(read(), CLOCK)
        .run().stream().map(each -> each.severity() + " " + each.check()).toList();
  }

  /** A mail server that agrees to everything. */
  private static void greet(ServerSocket server) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                while (true) {
                  Socket client = server.accept();
                  Thread.ofVirtual().start(() -> serve(client));
                }
              } catch (IOException e) {
                // the test is over
              }
            });
  }

  private static void serve(Socket client) {
    try (client;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      client.getOutputStream().write("220 mail.example.org ESMTP\r\n".getBytes(US_ASCII));
      while (true) {
        @Nullable String line = in.readLine();
        if (line == null || line.startsWith("QUIT")) {
          return;
        }
        client.getOutputStream().write("250 mail.example.org\r\n".getBytes(US_ASCII));
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  @Test
  void withoutARegisterNothingElseIsLookedAt() {
    assertThat(found()).containsExactly("error mirror-unreadable");
  }

  @Test
  void aMirrorThatDoesNotRunIsAnErrorWhereSomebodyWantsCopies() throws Exception {
    MirrorRegister.openOrMake(read().mirrors(), CLOCK);
    assertThat(found()).containsExactlyInAnyOrder("warning mirror-down", "error mirror-next-hop");
    withOneMirror();
    assertThat(found()).containsExactlyInAnyOrder("error mirror-down", "error mirror-next-hop");
  }

  @Test
  void aMirrorThatRunsInFrontOfItsNextHopIsFine() throws Exception {
    withOneMirror();
    try (ServerSocket next = socket()) {
      greet(next);
      set.put("mtm.mirror.next-hop", "127.0.0.1:" + next.getLocalPort());
      try (MirrorServer server = MirrorServer.start(read(), CLOCK)) {
        awaitFigures();
        set.put("mtm.mirror.listen", "127.0.0.1:" + server.address().getPort());
        assertThat(found()).isEmpty();
        set.put("mtm.mirror.listen", set.get("mtm.mirror.next-hop"));
        assertThat(found()).isEmpty();
        try (ServerSocket closed = socket()) {
          set.put("mtm.mirror.listen", "127.0.0.1:" + closed.getLocalPort());
        }
        assertThat(found()).containsExactly("error mirror-listen");
      }
    }
  }

  private void awaitFigures() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!Files.exists(root.resolve("mirror/figures.prom")) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
  }

  @Test
  void rightsALateScanAndGapsAreTold() throws Exception {
    MirrorRegister register = withOneMirror();
    Path directory = root.resolve("mirror");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
    Instant now = CLOCK.instant();
    Files.writeString(
        directory.resolve("expired-as-of"),
        now.minus(Duration.ofDays(5)).atOffset(ZoneOffset.UTC).toLocalDate() + "\n");
    Files.createDirectories(register.gaps());
    Files.writeString(
        register.gaps().resolve("2026-11"),
        "\n" + new Gap(now, "4X", "", List.of("a@example.org"), "full").text() + "\n");

    assertThat(found()).contains("error mirror-mode", "error mirror-expiry", "warning mirror-gaps");
    Files.writeString(
        directory.resolve("expired-as-of"),
        now.plus(Duration.ofDays(5)).atOffset(ZoneOffset.UTC).toLocalDate() + "\n");
    assertThat(found()).contains("error mirror-expiry");
    Files.writeString(directory.resolve("expired-as-of"), "when?\n");
    assertThat(found()).contains("error mirror-unreadable");
  }

  @Test
  void aDamagedMirrorIsNamed() throws Exception {
    MirrorRegister register = withOneMirror();
    Files.writeString(
        root.resolve("mirror/mirrors").resolve(register.mirrors().getFirst().id()), "rubbish");
    assertThat(found()).contains("error mirror-damaged");
  }
}
