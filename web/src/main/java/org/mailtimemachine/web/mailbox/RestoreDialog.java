package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Missing;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.search.Scope;
import org.mailtimemachine.web.selection.RestoreEffect;
import org.mailtimemachine.web.selection.RestoreEffects;
import org.mailtimemachine.web.selection.Selection;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * The dialog in which a restore is requested: what it would bring back. It is filled when it is
 * opened, for the selection, the Folder or the whole Mailbox that the request names.
 */
@Named("restoreDialog")
@RequestScoped
public class RestoreDialog {

  @Inject private HttpServletRequest request;
  @Inject private SignedInMailbox signedIn;
  @Inject private RestoreEffects effects;
  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private GoneSince goneSince;
  @Inject private Texts texts;
  @Inject private Preferences preferences;

  private @Nullable RestoreEffect effect;

  /** What is not one of the things that can be asked for is nothing: the dialog says so. */
  @PostConstruct
  void estimate() {
    if (isAsked()) {
      try {
        Selection selection = Selection.of(request.getParameterMap(), preferences.zone());
        Optional<SnapshotSummary> day = dayBar.snapshot().filter(SnapshotSummary::indexed);
        // What was found over all days is of many: it is asked for on the day that it opens.
        if (selection.scope() != Scope.DAYS
            && day.map(SnapshotSummary::name).filter(selection.snapshot()::equals).isPresent()) {
          effect = effects.of(signedIn.address(), selection, goneSince.later());
        }
      } catch (IllegalArgumentException e) {
        effect = null;
      }
    }
  }

  /** Whether this request opens the dialog. */
  public boolean isAsked() {
    return request.getParameter("restore") != null;
  }

  /** Whether there is anything of what was asked for. */
  public boolean isKnown() {
    return effect != null && effect.messages() > 0;
  }

  /** As {@code 3 messages of Saturday 14 November 2026, 00:00}. */
  public String getWhat() {
    String day = day(dayBar.snapshot().map(SnapshotSummary::name));
    return switch (request.getParameter("restore")) {
      case "folder" ->
          texts.of("restore.what.folder", folderPane.getLabel(), known().messages(), day);
      case "day" ->
          texts.of("restore.what.day", signedIn.address().toString(), known().messages(), day);
      default -> texts.of("restore.what.selection", known().messages(), day);
    };
  }

  /** What says what is missing; empty for the newest day. */
  public String getCompared() {
    return goneSince.later().isEmpty()
        ? texts.of("restore.newest")
        : texts.of("restore.compared", day(goneSince.later()));
  }

  public long getMissing() {
    return missing().messages();
  }

  public String getMissingSize() {
    return texts.size(missing().bytes());
  }

  public long getMoved() {
    return missing().moved();
  }

  public long getThere() {
    return known().there();
  }

  /** What would be added, without what was only moved. */
  public String getSum() {
    return sum(missing().messages(), missing().bytes());
  }

  /** What would be added, also what was only moved. */
  public String getSumWithMoved() {
    Missing missing = missing();
    return sum(missing.messages() + missing.moved(), missing.bytes() + missing.movedBytes());
  }

  private String sum(long messages, long bytes) {
    return texts.of("restore.sum", messages, texts.size(bytes));
  }

  /** Where it goes that is not to mix with what is there. */
  public String getSeparateFolder() {
    return texts.of("restore.folder.name", dayBar.getName());
  }

  private String day(Optional<SnapshotName> name) {
    return name.map(found -> texts.day(found.date()) + ", " + texts.time(found.time())).orElse("");
  }

  private Missing missing() {
    return known().missing();
  }

  private RestoreEffect known() {
    return effect == null ? new RestoreEffect(0, Missing.NONE) : effect;
  }
}
