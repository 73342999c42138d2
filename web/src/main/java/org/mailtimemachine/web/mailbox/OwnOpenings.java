package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * Messages of the user that an administrator has opened: told above the list until the user says
 * that he knows, and kept beside his requests for good.
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
  @Inject private Texts texts;
  @Inject private Clock clock;

  private @Nullable List<Line> unseen;

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
    return openings.ofMailbox(signedIn.address(), MOST).stream().map(this::line).toList();
  }

  /** The user knows of the one that is named. */
  public void acknowledge() {
    unseen = null;
    named().ifPresent(id -> openings.seen(signedIn.address(), id, clock.instant()));
  }

  private Optional<UUID> named() {
    try {
      return Optional.ofNullable(request.getParameter("opening")).map(UUID::fromString);
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
