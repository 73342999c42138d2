package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Where the messages of one Snapshot are in the live Mailbox now. It must be told of every Folder
 * of the Snapshot before it is asked anything: a copy that lay in another Folder already then is no
 * proof of a move. Not safe for use by several threads.
 */
public interface Whereabouts extends Closeable {

  /** The Folder held that then. */
  void held(ManifestFolder folder, Listing listing) throws IOException;

  /**
   * Where the messages of a Folder go.
   *
   * @param below the Folder that all of them go below; empty where each goes to its own
   */
  List<FileName> path(ManifestFolder folder, Optional<String> below) throws DamagedFileException;

  /** Whether a Folder was there. */
  boolean has(List<FileName> path);

  /**
   * Begins to ask for the messages of one Folder.
   *
   * @param path where they go: what is there, or where they were, is at home
   */
  void at(ManifestFolder folder, List<FileName> path) throws IOException;

  /**
   * Where a message of that Folder is now.
   *
   * @param evenMoved whether one that is elsewhere is wanted back: then it is to be found out
   *     whether it came back under another name
   * @return empty where it is missing
   */
  Optional<Place> find(ListedMessage message, boolean evenMoved) throws IOException;

  /**
   * Where a copy is now: a message that ends with exactly its text, and has nothing in front of
   * that but headers, as delivery adds some.
   *
   * @param text its bytes, whatever ends its lines
   * @return empty where it is missing
   */
  Optional<Place> find(PlainCopy copy, MessageSource text) throws IOException;

  /** The inode by which the Pool's file can become the live one; 0 where it cannot. */
  long inode(ListedMessage message);

  @Override
  void close() throws IOException;

  /**
   * A Folder that has a message.
   *
   * @param home whether it was there, or would go there
   */
  record Place(FolderName folder, boolean home) {}
}
