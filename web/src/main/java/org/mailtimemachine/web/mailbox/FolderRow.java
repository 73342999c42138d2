package org.mailtimemachine.web.mailbox;

/**
 * One line of the folder pane.
 *
 * @param key what tells its line from the others, also for a level that is no Folder itself
 * @param depth 0 at the top
 * @param icon name of a symbol in icons.svg
 * @param gone messages that were in it and are in no Folder any more
 * @param url empty for a level that only has Folders below it
 */
public record FolderRow(
    String key,
    String parent,
    String label,
    int depth,
    String icon,
    long messages,
    long unread,
    long gone,
    boolean selected,
    boolean subscribed,
    boolean busy,
    boolean hasChildren,
    String url) {

  public String styleClass() {
    return (selected ? "selected " : "")
        + (unread > 0 ? "unread " : "")
        + (url.isEmpty() ? "virtual " : "")
        + (subscribed ? "" : "unsubscribed");
  }
}
