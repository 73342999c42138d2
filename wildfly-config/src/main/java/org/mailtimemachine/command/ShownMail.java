package org.mailtimemachine.command;

import java.io.IOException;
import java.util.List;

/** The mail that a demo shows: made up, or one's own. */
interface ShownMail {

  /**
   * Sees to it that the demo's Maildirs and Snapshots are there, also where an earlier run was
   * killed in the middle.
   *
   * @return what to try first: sentences for a person
   */
  List<String> prepare(DemoDirectory demo, Progress progress) throws IOException;
}
