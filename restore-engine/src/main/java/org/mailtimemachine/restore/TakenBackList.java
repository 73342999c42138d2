package org.mailtimemachine.restore;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * What a take-back has removed, was about to remove, and has left alone, on disk beside the
 * Receipt. Names are those that the messages got when they were put back.
 */
final class TakenBackList {

  private static final String REMOVING = "REMOVING";
  private static final String LEFT = "LEFT";
  private static final String FOLDER = "FOLDER";

  /** Begins a line that says why a message was left alone; earlier versions pass over it. */
  private static final String WHY = "WHY";

  private final JobLines file;

  TakenBackList(DirectoryHandle job) {
    this.file = new JobLines(job, new FileName("taken-back"));
  }

  /** The names of what was removed. */
  Set<String> removed() throws IOException {
    Set<String> names = new HashSet<>();
    for (String[] fields : file.read()) {
      if (removed(fields)) {
        names.add(fields[0]);
      }
    }
    return names;
  }

  /** A name alone. */
  private static boolean removed(String[] fields) {
    return fields.length == 2;
  }

  /** The names of what somebody was about to remove who could not write down what came of it. */
  Set<String> removing() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (String[] fields : file.read()) {
      if (fields[0].equals(REMOVING)) {
        names.add(fields[1]);
      } else if (removed(fields)) {
        names.remove(fields[0]);
      } else if (fields[0].equals(LEFT)) {
        names.remove(fields[1]);
      }
    }
    return names;
  }

  /** Why what was left alone was, by name. */
  Map<String, LeftAlone.Why> leftAlone() throws IOException {
    Map<String, LeftAlone.Why> left = new HashMap<>();
    for (String[] fields : file.read()) {
      if (fields[0].equals(WHY)) {
        left.put(fields[1], LeftAlone.Why.named(fields[2]));
      } else if (removed(fields)) {
        left.remove(fields[0]);
      }
    }
    return left;
  }

  /** The Folders of the plan that were about to be removed. */
  Set<Integer> removingFolders() throws IOException {
    return file.numbers(FOLDER);
  }

  /** These are about to be removed; on disk when this returns. */
  void removing(List<String> names) throws IOException {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append(JobLines.line(REMOVING, name)));
    file.append(text);
  }

  /** What came of that; on disk when this returns. */
  void removed(Collection<String> gone, Collection<String> left) throws IOException {
    StringBuilder text = new StringBuilder();
    gone.forEach(name -> text.append(JobLines.line(name)));
    left.forEach(name -> text.append(JobLines.line(LEFT, name)));
    file.append(text);
  }

  /** These are left alone; on disk when this returns. */
  void leftAlone(Map<String, LeftAlone.Why> left) throws IOException {
    StringBuilder text = new StringBuilder();
    left.forEach((name, why) -> text.append(JobLines.line(WHY, name, why.name())));
    file.append(text);
  }

  /** A Folder of the plan is about to be removed; on disk when this returns. */
  void removingFolder(int folder) throws IOException {
    file.append(JobLines.line(FOLDER, Integer.toString(folder)));
  }
}
