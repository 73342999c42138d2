import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;

/**
 * Takes nights as the server does: in a process that runs already. Reads dates, one a line, and
 * answers each with a line when its Snapshot is complete.
 */
class RunningServer {

  private RunningServer() {}

  public static void main(String[] arguments) throws Exception {
    Path mail = Path.of(arguments[0]);
    Path store = Path.of(arguments[1]);
    var dates = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String date = dates.readLine(); date != null; date = dates.readLine()) {
      try (var engine = SnapshotEngine.open(mail, store, Clock.system(ZoneOffset.UTC))) {
        var run =
            engine.take(SnapshotName.nightly(LocalDate.parse(date)), TakeProgress.NONE);
        System.out.printf("%s: %,d messages, %,d new%n", date, run.messages(), run.newLinks());
      }
    }
  }
}
