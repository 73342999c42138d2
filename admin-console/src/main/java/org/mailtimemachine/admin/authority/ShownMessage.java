package org.mailtimemachine.admin.authority;

import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.MessageNote;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.restore.opening.Opening;

/**
 * What an administrator is shown of the one message that was opened: words alone. Neither its HTML
 * nor anything that could still be read from the Store is in it.
 *
 * @param opening what stands in the audit log, and is told to its user
 * @param text its plain text; where it has none, what its HTML says
 * @param wordsOfHtml what its HTML says, with where its links lead; empty where it has none
 * @param parts what else is in it
 * @param notes what was cut or is damaged, signed or encrypted
 * @param readable whether it could be taken apart at all; if not, there is its source alone
 * @param source its first bytes as text
 * @param cut whether it goes on after {@code source}
 * @param size bytes of the whole message
 */
public record ShownMessage(
    Opening opening,
    MessageSummary summary,
    String text,
    String wordsOfHtml,
    List<MessagePart> parts,
    Set<MessageNote> notes,
    boolean readable,
    String source,
    boolean cut,
    long size) {

  public ShownMessage {
    parts = List.copyOf(parts);
    notes = Set.copyOf(notes);
  }
}
