package org.mailtimemachine.admin.authority;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * What of a night concerns one administrator: all of it for the host, and for a domain what is said
 * of its mailboxes alone.
 *
 * @param failed sentences about mailboxes without a snapshot
 * @param warnings sentences
 */
public record OwnNight(
    SnapshotName name, Instant started, List<String> failed, List<String> warnings) {

  public OwnNight {
    failed = List.copyOf(failed);
    warnings = List.copyOf(warnings);
  }

  static OwnNight of(Run run, Administrator administrator) {
    return new OwnNight(
        run.name(),
        run.started(),
        run.failed().entrySet().stream()
            .map(each -> "no snapshot of " + each.getKey() + ": " + each.getValue())
            .filter(sentence -> concerns(sentence, administrator))
            .toList(),
        run.warnings().stream().filter(warning -> concerns(warning, administrator)).toList());
  }

  /** All of them. */
  public List<String> problems() {
    return Stream.concat(failed.stream(), warnings.stream()).toList();
  }

  /**
   * Whether a sentence names a mailbox of theirs, by its address or a path with its domain, and
   * none of another domain. What names nobody is the host's.
   */
  static boolean concerns(String sentence, Administrator administrator) {
    if (administrator.ofHost()) {
      return true;
    }
    boolean theirs = false;
    for (String word : sentence.toLowerCase(Locale.ROOT).split("[\\s,;:()'\"<>]+", -1)) {
      String[] parts = word.split("/", -1);
      for (String part : parts) {
        int at = part.lastIndexOf('@');
        if (at >= 0 && !administrator.answersFor(part.substring(at + 1))) {
          return false;
        }
        // Without a dot a name may be that of any directory.
        theirs |=
            at >= 0
                || (parts.length > 1 && part.indexOf('.') > 0 && administrator.answersFor(part));
      }
    }
    return theirs;
  }
}
