package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.search.BodyQuestion;
import org.mailtimemachine.web.search.BodySearch;
import org.mailtimemachine.web.search.BodySearches;
import org.mailtimemachine.web.search.Search;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The search through bodies that this request's {@link Place} means, if it means one. */
@RequestScoped
class WantedBodySearch {

  @Inject private BodySearches searches;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private Preferences preferences;
  @Inject private HttpServletRequest request;

  /** What is asked; empty where the Catalogue alone can answer, or the day is not there. */
  Optional<BodyQuestion> question() {
    Place place = dayBar.place();
    Search search = place.search();
    Optional<SnapshotSummary> day = dayBar.snapshot().filter(SnapshotSummary::indexed);
    Optional<FolderSummary> folder = folderPane.folder();
    if (!search.inBodies() || day.isEmpty() || folder.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        BodyQuestion.of(
            signedIn.address(),
            search,
            day.get().name(),
            folderPane.all(),
            folder.get(),
            dayBar.comparison(),
            place.sort(),
            place.ascending(),
            preferences.zone()));
  }

  /** How it stands; one that nobody began yet waits. */
  Optional<BodySearch.Result> result() {
    return question()
        .map(
            question ->
                searches
                    .result(session(), question)
                    .orElseGet(() -> BodySearch.Result.waiting(question)));
  }

  /** Whose one search it is: the session's, or of a program without one, the Mailbox's. */
  String session() {
    @Nullable HttpSession session = request.getSession(false);
    return session == null ? signedIn.address().toString() : session.getId();
  }
}
