package org.mailtimemachine.web.search;

import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.Comparison.Difference;

/**
 * What differs between the day that is looked at and another one. The messages listed are always
 * those of the former: what was added is looked at on the later day, what is gone on the earlier
 * one.
 */
public record Compared(SnapshotName other, What what) {

  /** What can have happened between the two days. */
  public enum What {
    ADDED(true, Difference.NOWHERE),
    GONE(false, Difference.NOWHERE),
    MOVED(false, Difference.ELSEWHERE),
    MARKED(true, Difference.MARKED);

    private final boolean onLater;
    private final Difference difference;

    What(boolean onLater, Difference difference) {
      this.onLater = onLater;
      this.difference = difference;
    }

    /** Whether it is seen on the later of the two days. */
    public boolean onLater() {
      return onLater;
    }
  }

  /** Reads the parameters of an address: {@code compare} and {@code show}. */
  public static Optional<Compared> of(Map<String, String> parameters) {
    return Optional.ofNullable(parameters.get("compare"))
        .flatMap(SnapshotName::parse)
        .map(other -> new Compared(other, what(parameters.getOrDefault("show", ""))));
  }

  /** What the Catalogue is asked for. */
  public Comparison comparison() {
    return new Comparison(other, what.difference);
  }

  private static What what(String word) {
    for (What what : What.values()) {
      if (Search.word(what).equals(word)) {
        return what;
      }
    }
    return What.GONE;
  }
}
