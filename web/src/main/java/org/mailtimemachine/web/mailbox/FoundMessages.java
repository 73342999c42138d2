package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SightingPage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.search.BodySearch;
import org.mailtimemachine.web.search.Scope;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The messages that a {@link Place} asks for, wherever they have to be looked for. */
@RequestScoped
class FoundMessages {

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private GoneSince goneSince;
  @Inject private DayDifference difference;
  @Inject private WantedBodySearch bodySearch;
  @Inject private MirroredPane mirrored;
  @Inject private Preferences preferences;

  /**
   * One page.
   *
   * @param total how many there are in all, as far as is known
   * @param sightings of the messages of a search over all days, by their ids
   */
  record Page(long total, List<CataloguedMessage> messages, Map<UUID, Sighting> sightings) {

    static final Page NOTHING = new Page(0, List.of(), Map.of());

    private static Page of(MessagePage page) {
      return new Page(page.total(), page.messages(), Map.of());
    }

    private static Page of(long total, List<Sighting> sightings) {
      Map<UUID, Sighting> byId = new HashMap<>();
      sightings.forEach(sighting -> byId.put(sighting.message().id(), sighting));
      return new Page(total, sightings.stream().map(Sighting::message).toList(), byId);
    }
  }

  Page page(Place place) {
    MailboxAddress mailbox = signedIn.address();
    Optional<SnapshotName> day =
        dayBar.snapshot().filter(SnapshotSummary::indexed).map(SnapshotSummary::name);
    Optional<FolderSummary> folder = folderPane.folder();
    if (day.isEmpty() || folder.isEmpty()) {
      return Page.NOTHING;
    }
    if (mirrored.isShown() && !place.search().scope().wide()) {
      return mirrored.page(place, preferences.rows());
    }
    MessageQuery query = place.query(dayBar.comparison(), preferences.rows(), preferences.zone());
    Optional<BodySearch.Result> result = bodySearch.result();
    if (result.isPresent()) {
      return ofResult(result.get(), query, day.get());
    }
    Scope scope = place.search().scope();
    if (allDays(place)) {
      SightingPage page = catalogue.searchAllDays(mailbox, query);
      return Page.of(page.total(), page.sightings());
    }
    Set<UUID> folders = scope.folders(folderPane.all(), folder.get());
    return Page.of(catalogue.search(mailbox, day.get(), folders, query));
  }

  private Page ofResult(BodySearch.Result result, MessageQuery query, SnapshotName day) {
    List<UUID> ids = result.hits(query.offset(), query.limit());
    return allDays(dayBar.place())
        ? Page.of(result.found(), catalogue.sightings(signedIn.address(), ids))
        : new Page(result.found(), catalogue.messages(signedIn.address(), day, ids), Map.of());
  }

  /** Two days are compared Folder by Folder: then all days are only all Folders. */
  boolean allDays(Place place) {
    return place.search().scope() == Scope.DAYS && dayBar.comparison().isEmpty();
  }

  /** In which Folders messages of a list of what left them are then, by their ids. */
  Map<UUID, Set<FolderName>> whereabouts(Place place, List<UUID> messages) {
    if (place.gone()) {
      return goneSince.whereabouts(messages);
    }
    return difference.moved() ? difference.whereabouts(messages) : Map.of();
  }
}
