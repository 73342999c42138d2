package org.mailtimemachine.restore;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/** What a job writes down of one Folder that it makes; it is on disk before it is there. */
final class JobTrail implements LiveMailbox.Trail {

  private final RestoreJob job;
  private final int number;
  private final FolderName place;
  private final Set<Receipt.Note> notes;
  private final Set<Long> made;
  private final Set<Long> above;

  /**
   * @param number of the Folder in its plan
   * @param place the live Folder by name, which is not the one of the Snapshot where all goes below
   *     a Folder of its own
   * @param notes of the whole job, to which its own are added
   * @param madeBefore the identities under which earlier runs have made it
   * @param above the inodes of what this job has made because a Folder lies below it, which may be
   *     a Folder itself; of the whole job, to which its own are added
   */
  JobTrail(
      RestoreJob job,
      int number,
      FolderName place,
      Set<Receipt.Note> notes,
      Set<Long> madeBefore,
      Set<Long> above) {
    this.job = job;
    this.number = number;
    this.place = place;
    this.notes = notes;
    this.made = new HashSet<>(madeBefore);
    this.above = above;
  }

  @Override
  public void madeAbove(long inode) throws IOException {
    job.madeAbove(number, inode);
    above.add(inode);
  }

  @Override
  public void makes(long identity) throws IOException {
    job.makes(number, identity);
    made.add(identity);
  }

  @Override
  public boolean made(long identity) {
    return made.contains(identity) || above.contains(identity);
  }

  @Override
  public boolean knowsIt() {
    return notes.contains(note(Receipt.Note.Kind.FOLDER_MADE));
  }

  @Override
  public void subscribes() throws IOException {
    job.subscribed(number);
  }

  @Override
  public void note(Receipt.Note.Kind kind, String what) throws IOException {
    Receipt.Note note = new Receipt.Note(kind, place, what);
    if (notes.add(note)) {
      job.note(note);
    }
  }

  private Receipt.Note note(Receipt.Note.Kind kind) {
    return new Receipt.Note(kind, place, "");
  }
}
