package org.mailtimemachine.restore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.DeliveredText;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.PlainLines;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.StoredFile;

/**
 * The live messages that may be what came as a copy. Of a Mailbox of 50,000 hardly any can: its
 * file was made after the copy arrived, and no rename or mail client can make it older than that;
 * it is as long, and a little more; and it ends with the same bytes. Only such are compared. Not
 * safe for use by several threads.
 */
final class MaildirArrivals {

  /** Clocks of the mail server and of ours. */
  private static final Duration CLOCKS = Duration.ofHours(1);

  /** Bytes at the end by which messages are told from each other. */
  private static final int END = 512;

  private final LiveFiles files;
  private final List<Candidate> candidates = new ArrayList<>();
  private final ReadingBudget budget;

  /** A live message; how it ends is looked at when it is first wanted. */
  private static final class Candidate {
    private final MaildirContents.Spot spot;
    private final long size;
    private final Instant changed;
    private @Nullable Integer end;

    Candidate(MaildirContents.Spot spot, FileStatus status) {
      this.spot = spot;
      this.size = status.size();
      this.changed = status.changed();
    }

    boolean mayBe(PlainCopy copy) {
      return size >= copy.size()
          && size <= 2 * copy.size() + DeliveredText.MOST_IN_FRONT // each LF may be CR LF
          && !changed.isBefore(copy.arrived().minus(CLOCKS));
    }
  }

  /**
   * @param budget for all comparisons
   */
  MaildirArrivals(MaildirContents live, LiveFiles files, ReadingBudget budget) throws IOException {
    this.files = files;
    this.budget = budget;
    for (MaildirContents.Content content : live.folders()) {
      for (MaildirContents.Spot spot : content.spots()) {
        files.status(spot).ifPresent(status -> candidates.add(new Candidate(spot, status)));
      }
    }
  }

  /**
   * One that is what came: at home rather than anywhere else, and not where mail is thrown away.
   *
   * @param text the copy's bytes
   * @param home the Folders where it would be
   * @throws RestoreException where so much had to be compared that this one is not: what was not
   *     looked at must not count as missing, or it came twice
   */
  Optional<MaildirContents.Spot> find(
      PlainCopy copy, MessageSource text, Set<MaildirContents.Content> home) throws IOException {
    Optional<Integer> end =
        copy.size() < END ? Optional.empty() : Optional.of(end(new PlainLines(text)));
    Optional<MaildirContents.Spot> elsewhere = Optional.empty();
    for (Candidate each : candidates) {
      boolean athome = home.contains(each.spot.folder());
      boolean counts = athome || (elsewhere.isEmpty() && !each.spot.folder().wasteBasket());
      if (counts && each.mayBe(copy) && is(each, text, end)) {
        if (athome) {
          return Optional.of(each.spot);
        }
        elsewhere = Optional.of(each.spot);
      }
    }
    return elsewhere;
  }

  private boolean is(Candidate live, MessageSource text, Optional<Integer> end) throws IOException {
    if (end.isPresent() && live.end != null && !end.get().equals(live.end)) {
      return false;
    }
    if (budget.spent()) {
      throw new RestoreException(
          Hindrance.UNCERTAIN,
          "too many live messages are like what came: whether %s is one of them is not known"
              .formatted(live.spot.name()));
    }
    try (StoredFile file = files.open(live.spot)) {
      if (file.hasHoles()) {
        return false; // its owner may have made terabytes of them
      }
      if (live.end == null) {
        live.end = end(new PlainLines(file));
      }
      return (end.isEmpty() || end.get().equals(live.end)) && DeliveredText.is(file, text, budget);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return false; // gone from there, or nothing that can be read
    }
  }

  private static int end(PlainLines lines) throws IOException {
    int end = 0;
    for (int i = 0; i < END; i++) {
      end = end * 31 + lines.previous();
    }
    return end;
  }
}
