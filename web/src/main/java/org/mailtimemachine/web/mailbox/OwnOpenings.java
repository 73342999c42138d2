package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.OpeningPermission;
import org.mailtimemachine.restore.opening.OpeningPolicy;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * Messages of the user that an administrator has opened: told above the list until the user says
 * that he knows, and kept beside his requests for good, but for their subjects; and what he allows
 * to be opened.
 */
@Named("ownOpenings")
@RequestScoped
public class OwnOpenings {

  /** At a time above the list; the others follow. */
  private static final int MOST_TOLD = 3;

  private static final int MOST = 50;

  @Inject private HttpServletRequest request;
  @Inject private SignedInMailbox signedIn;
  @Inject private Openings openings;
  @Inject private Catalogue catalogue;
  @Inject private DayBar dayBar;
  @Inject private Config config;
  @Inject private Texts texts;
  @Inject private Clock clock;

  private @Nullable List<Line> unseen;
  private @Nullable List<Line> all;
  private @Nullable OpeningPermission allowed;
  private boolean refused;

  /**
   * One of them, in words.
   *
   * @param message what was opened; its subject comes from mail and is written escaped
   */
  public record Line(String id, String sentence, String message, String reason) {}

  /** The newest of those that are still to be told. */
  public List<Line> getUnseen() {
    if (unseen == null) {
      unseen = openings.unseen(signedIn.address(), MOST_TOLD).stream().map(this::line).toList();
    }
    return unseen;
  }

  /** The newest ones, seen or not. */
  public List<Line> getAll() {
    if (all == null) {
      all = openings.ofMailbox(signedIn.address(), MOST).stream().map(this::line).toList();
    }
    return all;
  }

  /** Whether the host opens messages at all. */
  public boolean isPossible() {
    return OpeningPolicy.allows(name -> config.getOptionalValue(name, String.class));
  }

  /** Whether his host may open the message that is shown now: he has allowed it. */
  public boolean isAllowedHere() {
    Optional<SnapshotName> day = dayBar.snapshot().map(SnapshotSummary::name);
    Optional<UUID> message = id("message");
    return day.isPresent()
        && message.isPresent()
        && isPossible()
        && openings.allowed(signedIn.address(), day.get(), message.get(), clock.instant());
  }

  /** The user lets his host open the message that is named, once. */
  public void allow() {
    Optional<OpeningPermission> wanted = isPossible() ? wanted() : Optional.empty();
    wanted.ifPresent(openings::allow);
    allowed = wanted.orElse(null);
    refused = wanted.isEmpty();
  }

  /** Until when he allows it; empty where he has not just done so. */
  public String getAllowed() {
    return allowed == null ? "" : texts.of("allow.done", texts.moment(allowed.until()));
  }

  /** Whether he wanted to, and there is no such message. */
  public boolean isRefused() {
    return refused;
  }

  private Optional<OpeningPermission> wanted() {
    Optional<SnapshotName> day =
        Optional.ofNullable(request.getParameter("allow-day")).flatMap(SnapshotName::parse);
    Optional<UUID> message = id("allow-message");
    return day.isEmpty() || message.isEmpty()
        ? Optional.empty()
        : catalogue
            .message(signedIn.address(), day.get(), message.get())
            .map(
                row ->
                    new OpeningPermission(
                        signedIn.address(),
                        day.get(),
                        row.id(),
                        clock.instant().plus(OpeningPermission.HOLDS)));
  }

  /** The user knows of the one that is named. */
  public void acknowledge() {
    unseen = null;
    id("opening").ifPresent(id -> openings.seen(signedIn.address(), id, clock.instant()));
  }

  private Optional<UUID> id(String parameter) {
    try {
      return Optional.ofNullable(request.getParameter(parameter)).map(UUID::fromString);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Line line(Opening opening) {
    return new Line(
        opening.id().toString(),
        texts.of("opened.sentence", opening.who(), texts.moment(opening.when())),
        texts.of(
            opening.subject().isEmpty() ? "opened.message.bare" : "opened.message",
            opening.subject(),
            texts.folder(opening.folder()),
            texts.day(opening.snapshot().date()) + ", " + texts.time(opening.snapshot().time()),
            texts.moment(opening.date())),
        texts.of("opened.reason", opening.reason()));
  }
}
