package org.mailtimemachine.web.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Presence;

/** What happened to a message, as far as the Snapshots know: from the first day to the newest. */
final class MessageLife {

  private MessageLife() {}

  /** What can happen. */
  enum What {
    /** It was there already on the oldest day that is kept. */
    THERE,
    ARRIVED,
    /** In no Folder on the day before, and in some one before that. */
    BACK,
    MOVED,
    COPIED,
    /** Flags or labels are others. */
    MARKED,
    GONE,
    /** Nothing happened: it is there on the newest day. */
    STILL
  }

  /**
   * Something that happened.
   *
   * @param presence where it was then; of what is gone: where it was last
   * @param other of what was moved or marked: how it was before
   * @param from the last Snapshot that shows it as it was; empty where there is none before
   * @param to the first one that shows it as it is then
   */
  record Event(
      What what,
      Presence presence,
      Optional<Presence> other,
      Optional<SnapshotName> from,
      SnapshotName to) {}

  /**
   * Tells it.
   *
   * @param stretches in any order
   */
  static List<Event> of(List<Presence> stretches) {
    TreeSet<SnapshotName> days = new TreeSet<>();
    for (Presence stretch : stretches) {
      days.add(stretch.first());
      stretch.after().ifPresent(days::add);
    }
    List<Event> events = new ArrayList<>();
    for (SnapshotName day : days) {
      on(day, stretches, events);
    }
    stretches.stream()
        .filter(stretch -> stretch.after().isEmpty())
        .map(stretch -> event(What.STILL, stretch, Optional.empty(), stretch.last()))
        .forEach(events::add);
    return events;
  }

  private static void on(SnapshotName day, List<Presence> stretches, List<Event> events) {
    List<Presence> begun =
        new ArrayList<>(stretches.stream().filter(s -> s.first().equals(day)).toList());
    List<Presence> ended =
        new ArrayList<>(
            stretches.stream().filter(s -> s.after().filter(day::equals).isPresent()).toList());
    for (Presence begin : List.copyOf(begun)) {
      Optional<Presence> same =
          ended.stream().filter(end -> end.message().equals(begin.message())).findFirst();
      if (same.isPresent()) {
        begun.remove(begin);
        ended.remove(same.get());
        events.add(event(What.MARKED, begin, same, day));
      }
    }
    for (Presence begin : begun) {
      if (!ended.isEmpty()) {
        events.add(event(What.MOVED, begin, Optional.of(ended.removeFirst()), day));
      } else if (begin.before().isEmpty()) {
        events.add(event(What.THERE, begin, Optional.empty(), day));
      } else if (stretches.stream().anyMatch(s -> s.first().compareTo(day) < 0 && holds(s, day))) {
        events.add(event(What.COPIED, begin, Optional.empty(), day));
      } else {
        boolean known = stretches.stream().anyMatch(s -> s.first().compareTo(day) < 0);
        events.add(event(known ? What.BACK : What.ARRIVED, begin, Optional.empty(), day));
      }
    }
    ended.forEach(
        end ->
            events.add(new Event(What.GONE, end, Optional.empty(), Optional.of(end.last()), day)));
  }

  private static boolean holds(Presence stretch, SnapshotName day) {
    return stretch.first().compareTo(day) <= 0 && stretch.last().compareTo(day) >= 0;
  }

  private static Event event(
      What what, Presence presence, Optional<Presence> other, SnapshotName day) {
    return new Event(what, presence, other, presence.before(), day);
  }

  /**
   * How the marks of two stretches differ, as keys of the texts: {@code life.seen}, {@code
   * life.not.seen}; in a fixed order.
   */
  static List<String> marks(Flags before, Flags now) {
    List<String> marks = new ArrayList<>();
    for (String word : List.of("seen", "answered", "forwarded", "flagged", "draft", "deleted")) {
      boolean was = before.words().contains(word);
      boolean is = now.words().contains(word);
      if (was != is) {
        marks.add(is ? "life." + word : "life.not." + word);
      }
    }
    return marks;
  }
}
