package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a take that died left, where some of it cannot be removed. */
class LeftoversTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T00:00:01Z"), ZoneOffset.UTC);
  private static final SnapshotName D20 = new SnapshotName("2026-11-20");

  @TempDir Path root;
  private Path store;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void oneTakeAndOneThatDied() throws IOException {
    store = root.resolve("store");
    for (String user : List.of("anna", "bob")) {
      new MailboxFixture(root.resolve("mail"), user).message("cur", "1.a:2,S");
    }
    try (SnapshotEngine engine = SnapshotEngine.open(root.resolve("mail"), store, CLOCK)) {
      engine.take(D20, TakeProgress.NONE);
    }
    mark("2026-11-21");
  }

  private void mark(String name) throws IOException {
    Files.writeString(store.resolve("runs/." + name), "\nbegun\t2026-11-21T00:00:00Z\n");
  }

  private Path leftover(String user) throws IOException {
    Path link = store.resolve("example.test").resolve(user).resolve("pool/left");
    return Files.exists(link) ? link : Files.createFile(link);
  }

  private Path manifest(String user) {
    return store.resolve("example.test").resolve(user).resolve("snapshots/2026-11-20");
  }

  private void remove() throws IOException {
    warnings.clear();
    try (Store opened = Store.open(store)) {
      new Leftovers(opened, warnings::add).remove();
    }
  }

  private List<SnapshotName> begun() throws IOException {
    try (Store opened = Store.open(store)) {
      return opened.begun();
    }
  }

  @Test
  void onlyAMailboxThatCouldNotBeCleanedIsLookedAtAgain() throws IOException {
    byte[] good = Files.readAllBytes(manifest("bob"));
    Files.write(manifest("bob"), "rotten".getBytes(US_ASCII));
    leftover("bob");
    leftover("anna");
    remove();
    assertThat(warnings).singleElement().asString().contains("bob@example.test");
    assertThat(store.resolve("example.test/anna/pool/left")).doesNotExist();
    assertThat(begun()).hasSize(1);

    leftover("anna"); // stands for: she is not looked at
    remove();
    assertThat(store.resolve("example.test/anna/pool/left")).exists();
    assertThat(warnings).singleElement().asString().contains("bob@example.test");

    Files.write(manifest("bob"), good);
    remove();
    assertThat(store.resolve("example.test/bob/pool/left")).doesNotExist();
    assertThat(begun()).isEmpty();
    try (var files = Files.list(store.resolve("runs"))) {
      assertThat(files)
          .extracting(file -> file.getFileName().toString())
          .containsOnly("2026-11-20");
    }
  }

  @Test
  void anotherTakeThatDiedMakesAllBeLookedAt() throws IOException {
    Files.write(manifest("bob"), "rotten".getBytes(US_ASCII));
    remove();
    mark("2026-11-22");
    leftover("anna");
    remove();
    assertThat(store.resolve("example.test/anna/pool/left")).doesNotExist();

    try (Store opened = Store.open(store)) {
      opened.begin(new SnapshotName("2026-11-21"), CLOCK.instant()).close(); // the same name again
    }
    leftover("anna");
    remove();
    assertThat(store.resolve("example.test/anna/pool/left")).doesNotExist();
  }

  @Test
  void whatIsLeftBesideSomethingDamagedStaysAndIsNotForgotten() throws IOException {
    Path damaged = Files.createDirectory(store.resolve("example.test/bob/damaged"));
    Files.createFile(damaged.resolve("2026-11-01~2026-11-01"));
    Path link = leftover("bob");
    remove();
    assertThat(link).exists();
    assertThat(begun()).hasSize(1);
    assertThat(warnings).singleElement().asString().contains("bob@example.test", "damaged");
    Files.delete(damaged.resolve("2026-11-01~2026-11-01"));
    remove();
    assertThat(link).doesNotExist();
    assertThat(begun()).isEmpty();
  }
}
