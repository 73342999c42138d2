package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database is emptied under a running server by {@code mtm catalogue rebuild}: afterwards every
 * answer of the REST API is, byte for byte, what it was.
 */
@WithSharedHost
class CatalogueRebuildIT {

  private final SharedHost.Running shared;

  CatalogueRebuildIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @TempDir Path directory;

  @Test
  void afterARebuildEveryAnswerIsWhatItWas() throws Exception {
    SortedMap<String, String> before = Answers.of(shared.host(), shared.passwords());
    assertThat(before).hasSizeGreaterThan(300);

    Path config = directory.resolve("mtm.properties");
    Properties settings = new Properties();
    settings.setProperty("mtm.db.url", shared.host().postgres().jdbcUrl());
    settings.setProperty("mtm.db.user", shared.host().postgres().user());
    settings.setProperty("mtm.db.password", shared.host().postgres().password());
    try (Writer writer = Files.newBufferedWriter(config)) {
      settings.store(writer, null);
    }
    StringWriter said = new StringWriter();
    int status =
        Mtm.commandLine()
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute("catalogue", "rebuild", "--config", config.toString());
    assertThat(status).as(said.toString()).isZero();
    shared.host().awaitIndexed(shared.passwords());

    SortedMap<String, String> after = Answers.of(shared.host(), shared.passwords());
    assertThat(after.keySet()).isEqualTo(before.keySet());
    for (String question : before.keySet()) {
      assertThat(after.get(question)).as(question).isEqualTo(before.get(question));
    }
  }
}
