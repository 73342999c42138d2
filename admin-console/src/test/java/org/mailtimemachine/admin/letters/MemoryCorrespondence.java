package org.mailtimemachine.admin.letters;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.admin.MemoryRequestBook;
import org.mailtimemachine.restore.desk.Correspondence;
import org.mailtimemachine.restore.desk.Letter;
import org.mailtimemachine.restore.desk.Notice;

/** Letters in memory, of the notices of a book in memory. */
final class MemoryCorrespondence implements Correspondence {

  private record Kept(Letter letter, Instant due) {}

  private final MemoryRequestBook book;
  private final Set<Notice> addressed = new LinkedHashSet<>();
  private final Set<Notice> told = new LinkedHashSet<>();
  private final Map<UUID, Kept> letters = new LinkedHashMap<>();
  final List<String> givenUp = new ArrayList<>();

  MemoryCorrespondence(MemoryRequestBook book) {
    this.book = book;
  }

  @Override
  public List<Notice> unaddressed(int most) {
    return book.notices.stream().filter(notice -> !addressed.contains(notice)).limit(most).toList();
  }

  @Override
  public void address(Notice notice, Set<String> recipients, Instant now) {
    if (addressed.add(notice)) {
      recipients.forEach(
          recipient -> {
            UUID id = UUID.randomUUID();
            letters.put(id, new Kept(new Letter(id, notice, recipient, 0), now));
          });
    }
  }

  @Override
  public List<Letter> take(Instant now, Instant again, int most) {
    List<Letter> due =
        letters.values().stream()
            .filter(kept -> !kept.due().isAfter(now))
            .map(Kept::letter)
            .limit(most)
            .toList();
    due.forEach(
        letter ->
            letters.put(
                letter.id(),
                new Kept(
                    new Letter(
                        letter.id(), letter.notice(), letter.recipient(), letter.tries() + 1),
                    again)));
    return due;
  }

  @Override
  public boolean told(Notice notice) {
    return told.contains(notice);
  }

  @Override
  public void sent(UUID letter, Instant now) {
    Kept kept = letters.remove(letter);
    if (kept != null) {
      told.add(kept.letter().notice());
    }
  }

  @Override
  public void failed(UUID letter, Instant again, String why) {
    letters.computeIfPresent(letter, (_, kept) -> new Kept(kept.letter(), again));
  }

  @Override
  public void givenUp(UUID letter, String why) {
    letters.remove(letter);
    givenUp.add(why);
  }

  int waiting() {
    return letters.size();
  }
}
