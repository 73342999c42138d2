package org.mailtimemachine.admin.console;

/**
 * What a plan and a Receipt say of one Folder.
 *
 * @param path where its messages go
 */
public record FolderLine(
    String name,
    String path,
    long add,
    String size,
    long present,
    long moved,
    boolean incomplete,
    long added,
    long there,
    long refused) {

  /** Whether there is anything to say. */
  boolean isEmpty() {
    return add + present + moved == 0;
  }
}
