package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.mailtimemachine.command.demo.DemoMailHost;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;

/** Three people's mail, lived through fifteen days; made once for a directory. */
record MadeUpMail(Clock clock) implements ShownMail {

  @Override
  public List<String> prepare(DemoDirectory demo, Progress progress) throws IOException {
    demo.keepTo("made-up mail");
    Path tips = demo.path().resolve("what-to-try.txt"); // written last: the host is complete
    if (Files.exists(tips)) {
      progress.say("The mail host of the last run is used again");
      new DemoMirror(demo, clock).make(); // one of before there were mirrors
      return Files.readAllLines(tips);
    }
    FileTree.delete(demo.mail());
    FileTree.delete(demo.store());
    progress.say("Making a mail host and living through %d days".formatted(DemoMailHost.DAYS));
    DemoMailHost host =
        new DemoMailHost(
            demo.path(),
            clock.getZone(),
            clock,
            (date, done, total) ->
                progress.say("Snapshot of %s (%d of %d)".formatted(date, done, total)),
            DemoMailHost.DEFAULT_SEED);
    List<String> sentences = host.live(date -> takeSnapshot(demo, date));
    FileTree.delete(demo.path().resolve("mirror"));
    new DemoMirror(demo, clock).make();
    Files.write(tips, sentences);
    return sentences;
  }

  /** As the night of that date would have: the engine believes that it is its midnight. */
  private void takeSnapshot(DemoDirectory demo, LocalDate date) throws IOException {
    Clock midnight = Clock.fixed(date.atStartOfDay(clock.getZone()).toInstant(), clock.getZone());
    try (SnapshotEngine engine = SnapshotEngine.open(demo.mail(), demo.store(), midnight)) {
      engine.take(SnapshotName.nightly(date), TakeProgress.NONE);
    }
  }
}
