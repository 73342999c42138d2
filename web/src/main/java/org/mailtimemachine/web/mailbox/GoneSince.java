package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.Departures;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * What the day had and the newest Snapshot does not have any more: the reason why most people come.
 */
@Named("goneSince")
@RequestScoped
public class GoneSince {

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private MirroredPane mirrored;
  @Inject private Texts texts;

  private Map<UUID, Departures> departures = Map.of();

  @PostConstruct
  void find() {
    Optional<SnapshotSummary> day = dayBar.snapshot().filter(SnapshotSummary::indexed);
    Optional<SnapshotName> later = later();
    if (day.isPresent() && later.isPresent()) {
      departures = catalogue.departures(signedIn.address(), day.get().name(), later.get());
    }
  }

  /** What the day is compared with; empty where it is the newest itself. */
  Optional<SnapshotName> later() {
    return dayBar
        .newest()
        .map(SnapshotSummary::name)
        .filter(newest -> dayBar.snapshot().filter(d -> !d.name().equals(newest)).isPresent());
  }

  Departures of(UUID folder) {
    return departures.getOrDefault(folder, Departures.NONE);
  }

  /** Where messages of the day are now, by their ids. */
  Map<UUID, Set<FolderName>> whereabouts(List<UUID> messages) {
    Optional<SnapshotSummary> day = dayBar.snapshot();
    Optional<SnapshotName> later = later();
    return day.isEmpty() || later.isEmpty()
        ? Map.of()
        : catalogue.whereabouts(signedIn.address(), day.get().name(), messages, later.get());
  }

  /**
   * Messages of the day that are in no Folder any more, with those that came and went before its
   * Snapshot was taken, as far as they were counted.
   */
  public long getCount() {
    return departures.values().stream().mapToLong(Departures::nowhere).sum()
        + (later().isPresent() ? mirrored.cameAndWent() : 0);
  }

  public boolean isShown() {
    return dayBar.place().gone();
  }

  /** The same place with only what is gone, or with everything again. */
  public String getUrl() {
    return dayBar.place().withoutMessage().withGone(!isShown()).url();
  }

  /** As {@code 12 messages are gone since}. */
  public String getLabel() {
    return texts.of("gone.count", getCount());
  }

  /** What is said above the list of a Folder. */
  String sentence(UUID folder) {
    Optional<SnapshotName> compared = later();
    if (compared.isEmpty()) {
      return texts.of("gone.newest");
    }
    Departures here = of(folder);
    SnapshotName name = compared.get();
    int never = mirrored.cameAndWent();
    return texts.of("gone.left", here.messages())
        + (here.nowhere() > 0 ? " " + texts.of("gone.lost", here.nowhere()) : "")
        + (never > 0 ? " " + texts.of("gone.never", never) : "")
        + " "
        + texts.of("gone.compared", texts.day(name.date()) + ", " + texts.time(name.time()));
  }
}
