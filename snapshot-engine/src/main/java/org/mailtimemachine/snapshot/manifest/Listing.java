package org.mailtimemachine.snapshot.manifest;

import java.util.List;
import java.util.SortedMap;

/**
 * The messages of one Folder in one state. Named by its content: Folders in the same state share it
 * over the days.
 *
 * @param keywords letter to name, as {@code dovecot-keywords} had them when it was taken
 * @param messages in the order of their base names
 */
public record Listing(SortedMap<Character, String> keywords, List<ListedMessage> messages) {

  public Listing {
    messages = List.copyOf(messages);
  }
}
