package org.mailtimemachine.command.demo;

/**
 * A Folder that a user made.
 *
 * @param user the local part of the Mailbox
 * @param name with {@code /} between levels
 * @param subscribed whether a mail program shows it by itself
 */
record StoryFolder(String user, String name, boolean subscribed) {

  /** Reads {@code anna | Projects/Alpha} or {@code anna | Old | unsubscribed}. */
  static StoryFolder of(String line) {
    String[] fields = line.split("\\|", -1);
    return new StoryFolder(fields[0].strip(), fields[1].strip(), fields.length == 2);
  }
}
