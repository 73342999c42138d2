package org.mailtimemachine.snapshot.catalogue;

import java.util.List;

/**
 * A page of a Folder.
 *
 * @param total how many messages match in all
 */
public record MessagePage(long total, List<CataloguedMessage> messages) {

  public MessagePage {
    messages = List.copyOf(messages);
  }
}
