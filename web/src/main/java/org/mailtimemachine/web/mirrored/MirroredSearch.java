package org.mailtimemachine.web.mirrored;

import java.util.List;
import org.mailtimemachine.mailstore.mime.FoldedText;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;

/** What of a mirror a search lets through: the same in a list, in its count and in a file of it. */
public record MirroredSearch(MessageFilter filter) {

  /** Whether it lets a message through. */
  public boolean matches(CataloguedMessage row) {
    return filter.since().filter(row.date()::isBefore).isEmpty()
        && filter.until().filter(until -> !row.date().isBefore(until)).isEmpty()
        && filter.marks().stream().allMatch(mark -> marked(row, mark))
        && hasWords(row);
  }

  /** Nobody read, flagged or answered what no Snapshot has. */
  private static boolean marked(CataloguedMessage row, MessageFilter.Mark mark) {
    return switch (mark) {
      case ATTACHMENT -> row.attachments() > 0;
      case UNREAD, FLAGGED, ANSWERED -> false;
    };
  }

  private boolean hasWords(CataloguedMessage row) {
    List<String> texts =
        filter.fields().stream()
            .map(
                field ->
                    switch (field) {
                      case SUBJECT -> row.subject();
                      case SENDER -> row.from();
                      case RECIPIENTS -> row.to();
                    })
            .map(FoldedText::of)
            .toList();
    return filter.words().stream()
        .map(FoldedText::of)
        .allMatch(word -> texts.stream().anyMatch(text -> text.contains(word)));
  }
}
