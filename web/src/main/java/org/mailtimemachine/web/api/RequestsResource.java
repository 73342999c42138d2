package org.mailtimemachine.web.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Outcome;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.web.mailbox.Preferences;
import org.mailtimemachine.web.message.IndexedSnapshot;
import org.mailtimemachine.web.selection.Selection;
import org.mailtimemachine.web.selection.WantedBack;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** What the Mailbox's user wants back, for a program of theirs. */
@RequestScoped
@Path("requests")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Restore requests")
public class RequestsResource {

  private static final int MOST = 100;
  private static final String KEY = "Idempotency-Key";

  @Inject private SignedInMailbox signedIn;
  @Inject private RestoreDesk desk;
  @Inject private RequestBook book;
  @Inject private Catalogue catalogue;
  @Inject private WantedBack wantedBack;
  @Inject private Preferences preferences;
  @Inject private Clock clock;

  /**
   * What is wanted back: exactly one of folders, messages and wholeMailbox.
   *
   * @param day the name of a Snapshot
   * @param folders ids of Folders of that day, without those below them
   * @param messages ids of messages of that day
   * @param separate whether it goes below a Folder of its own, and not where it was
   * @param moved whether also what is only in another Folder now is wanted
   * @param reason for the administrator
   * @param price as the plan says it: who has seen it may confirm a small restore alone, where the
   *     terms of the domain allow that
   */
  @Schema(name = "Wanted", requiredProperties = "day")
  public record Wanted(
      @Nullable String day,
      @Nullable List<UUID> folders,
      @Nullable List<UUID> messages,
      @Nullable Boolean wholeMailbox,
      @Nullable Boolean separate,
      @Nullable Boolean moved,
      @Schema(maxLength = RestoreRequest.LONGEST_REASON) @Nullable String reason,
      @Nullable String price) {

    Selection selection() {
      SnapshotName snapshot =
          Optional.ofNullable(day)
              .flatMap(SnapshotName::parse)
              .orElseThrow(() -> new BadRequestException("day must name a snapshot"));
      boolean whole = Boolean.TRUE.equals(wholeMailbox);
      // Generated clients send an empty list for one that was left out.
      List<UUID> inFolders = Objects.requireNonNullElse(folders, List.of());
      List<UUID> single = Objects.requireNonNullElse(messages, List.of());
      if ((whole ? 1 : 0) + (inFolders.isEmpty() ? 0 : 1) + (single.isEmpty() ? 0 : 1) != 1) {
        throw new BadRequestException("send one of folders, messages and wholeMailbox: true");
      }
      try {
        return whole
            ? Selection.all(snapshot)
            : inFolders.isEmpty()
                ? Selection.ofMessages(snapshot, single)
                : Selection.ofFolders(snapshot, inFolders);
      } catch (IllegalArgumentException | NullPointerException e) {
        throw new BadRequestException("at most " + Selection.MOST_NAMED + " ids, and no null", e);
      }
    }

    String words() {
      String words = Objects.requireNonNullElse(reason, "").strip();
      if (words.length() > RestoreRequest.LONGEST_REASON || words.indexOf('\0') >= 0) {
        throw new BadRequestException(
            "reason has at most " + RestoreRequest.LONGEST_REASON + " characters");
      }
      return words;
    }
  }

  /**
   * What it would come to now; sizes in bytes.
   *
   * @param messages to add
   * @param present messages that are there already
   * @param moved messages that are only in another Folder now, and stay there
   * @param price in decimal digits and a currency, or {@code nothing}
   */
  @Schema(name = "Plan")
  public record Plan(
      long messages, long bytes, long present, long moved, String price, List<Line> folders) {

    /**
     * One Folder.
     *
     * @param make whether it is missing and is made
     */
    @Schema(name = "PlannedFolder")
    public record Line(String name, long messages, long present, long moved, boolean make) {

      static Line of(PlannedFolder folder) {
        return new Line(
            folder.name().text(),
            folder.messages().size(),
            folder.present(),
            folder.movedMessages(),
            folder.make());
      }
    }

    static Plan of(RestorePlan plan, Money price) {
      return new Plan(
          plan.messages(),
          plan.bytes(),
          plan.present(),
          plan.moved(),
          price.toString(),
          plan.folders().stream().map(Line::of).toList());
    }
  }

  /**
   * One request; sizes in bytes.
   *
   * @param until the last moment at which it can be confirmed
   * @param messages to add, by its plan
   * @param answer what its administrator wrote; null where nothing
   * @param added null, as those behind it, until something came of it
   */
  @Schema(name = "Request")
  public record Filed(
      UUID id,
      String day,
      String state,
      Instant requested,
      Instant until,
      String reason,
      long messages,
      long bytes,
      String price,
      @Nullable String answer,
      @Nullable Long added,
      @Nullable Long there,
      @Nullable Long refused,
      @Nullable Long takenBack) {

    static Filed of(FiledRequest request) {
      Optional<Outcome> outcome = request.outcome();
      return new Filed(
          request.id(),
          request.snapshot().text(),
          request.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          request.requestedAt(),
          request.until(),
          request.reason(),
          request.plan().messages(),
          request.plan().bytes(),
          request.cost().toString(),
          request.decision().map(Decision::reason).filter(reason -> !reason.isEmpty()).orElse(null),
          outcome.map(Outcome::added).orElse(null),
          outcome.map(Outcome::there).orElse(null),
          outcome.map(Outcome::refused).orElse(null),
          outcome.map(Outcome::takenBack).orElse(null));
    }
  }

  /** The Mailbox's requests, the newest first. */
  @GET
  @Operation(summary = "The newest requests, the newest first")
  public List<Filed> requests() {
    return book.ofMailbox(signedIn.address(), MOST).stream().map(Filed::of).toList();
  }

  /** One of them. */
  @GET
  @Path("{id}")
  @Operation(summary = "One request")
  public Filed request(@PathParam("id") UUID id) {
    return book.find(id)
        .filter(request -> request.mailbox().equals(signedIn.address()))
        .filter(request -> request.state() != RequestState.DRAFT)
        .map(Filed::of)
        .orElseThrow(NotFoundException::new);
  }

  /** What it would come to; nothing is kept. */
  @POST
  @Path("plan")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "What a restore would add now; nothing is kept")
  public Plan plan(Wanted wanted) throws IOException, RequestRefusedException {
    RestorePlan plan = desk.plan(asked(UUID.randomUUID(), wanted));
    return Plan.of(plan, desk.price(signedIn.address(), plan.messages(), plan.bytes()));
  }

  /** Files it: from now on it waits for an administrator. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "requestRestore",
      summary = "Request a restore: it waits for an administrator")
  public Filed file(
      Wanted wanted,
      @Parameter(
              description = "The id of the request: however often it is sent, it is one",
              schema = @Schema(implementation = UUID.class))
          @HeaderParam(KEY)
          @Nullable String key)
      throws IOException, RequestRefusedException {
    RestoreRequest asked = asked(id(key), wanted);
    FiledRequest filed = desk.file(asked, preferences.getLocale(), Money.parse(wanted.price()));
    if (!isSame(filed, asked)) {
      throw new WebApplicationException(
          KEY + " was sent with another request", Response.Status.CONFLICT);
    }
    // As it is kept: the same answer as for whoever sends it again.
    return request(asked.id());
  }

  /** As far as it is kept; which messages it was about stands in its plan alone. */
  private static boolean isSame(FiledRequest filed, RestoreRequest asked) {
    return filed.snapshot().equals(asked.snapshot())
        && filed.target() == asked.target()
        && filed.moved() == asked.moved()
        && filed.reason().equals(asked.reason());
  }

  private static UUID id(@Nullable String key) {
    try {
      return key == null ? UUID.randomUUID() : UUID.fromString(key);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(KEY + " must be a UUID", e);
    }
  }

  /** Takes one back that was not decided yet. */
  @DELETE
  @Path("{id}")
  @Operation(operationId = "withdrawRequest", summary = "Withdraw a request that still waits")
  public Filed withdraw(@PathParam("id") UUID id) throws IOException, RequestRefusedException {
    return Filed.of(desk.withdraw(signedIn.address(), id));
  }

  private RestoreRequest asked(UUID id, @Nullable Wanted wanted) throws IOException {
    if (wanted == null) {
      throw new BadRequestException("the body says what is wanted back");
    }
    Selection selection = wanted.selection();
    IndexedSnapshot.require(catalogue, signedIn.address(), selection.snapshot());
    RestoreScope scope =
        wantedBack
            .of(signedIn.address(), selection)
            .filter(found -> hasAll(found, selection))
            .orElseThrow(NotFoundException::new);
    return new RestoreRequest(
        id,
        signedIn.address(),
        selection.snapshot(),
        scope,
        Boolean.TRUE.equals(wanted.separate())
            ? RestoreRequest.Target.BELOW_RESTORED
            : RestoreRequest.Target.ORIGINAL_FOLDERS,
        Boolean.TRUE.equals(wanted.moved()),
        clock.instant(),
        wanted.words());
  }

  /** A program that names what is not there must not believe that it will come back. */
  private static boolean hasAll(RestoreScope found, Selection selection) {
    return switch (found) {
      case RestoreScope.WholeMailbox _, RestoreScope.Copies _ -> true;
      case RestoreScope.Folders(var names) -> names.size() == selection.folders().size();
      case RestoreScope.Messages(var poolNames) ->
          poolNames.values().stream().mapToInt(Set::size).sum() == selection.named().size();
    };
  }
}
