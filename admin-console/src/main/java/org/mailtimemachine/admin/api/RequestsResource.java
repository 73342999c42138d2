package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.restoring.Restoring;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.restore.RestoreBusyException;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Outcome;
import org.mailtimemachine.restore.desk.RequestPage;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;

/** Restore requests of the administrator's domains, for a program: what the console decides. */
@Path("requests")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Restore requests")
public class RequestsResource {

  private static final System.Logger LOG = System.getLogger(RequestsResource.class.getName());

  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  @Inject private OwnAuthority authority;
  @Inject private SignedInAdministrator signedIn;
  @Inject private Restoring restoring;
  @Inject private Once once;

  /**
   * Some requests, the newest first.
   *
   * @param total how many there are on all pages
   */
  @Schema(name = "Requests")
  public record Page(long total, List<Line> requests) {}

  /**
   * One of them; sizes in bytes.
   *
   * @param day the name of the Snapshot
   * @param messages to add, by the plan that its user saw
   * @param price in decimal digits; what it costs at most
   * @param first who confirmed it where two must; null where nobody has
   * @param by who decided it; null, as those behind it, while it waits
   * @param added null, as those behind it, until something came of it
   */
  @Schema(name = "Request")
  public record Line(
      UUID id,
      String mailbox,
      String day,
      String state,
      String asked,
      String target,
      Instant requested,
      Instant until,
      String reason,
      long messages,
      long bytes,
      long present,
      long moved,
      String price,
      String currency,
      boolean needsTwo,
      @Nullable String first,
      @Nullable String by,
      @Nullable Instant when,
      @Nullable String answer,
      @Nullable Long added,
      @Nullable Long there,
      @Nullable Long refused,
      @Nullable Long takenBack) {

    static Line of(FiledRequest request, boolean needsTwo) {
      Optional<Decision> decision = request.decision();
      Optional<Outcome> outcome = request.outcome();
      return new Line(
          request.id(),
          request.mailbox().toString(),
          request.snapshot().text(),
          Query.word(request.state()),
          Query.word(request.asked()),
          Query.word(request.target()),
          request.requestedAt(),
          request.until(),
          request.reason(),
          request.plan().messages(),
          request.plan().bytes(),
          request.plan().present(),
          request.plan().moved(),
          request.cost().amount().toPlainString(),
          request.cost().currency().getCurrencyCode(),
          needsTwo,
          request.first().map(Decision::who).orElse(null),
          decision.map(Decision::who).orElse(null),
          decision.map(Decision::when).orElse(null),
          decision.map(Decision::reason).orElse(null),
          outcome.map(Outcome::added).orElse(null),
          outcome.map(Outcome::there).orElse(null),
          outcome.map(Outcome::refused).orElse(null),
          outcome.map(Outcome::takenBack).orElse(null));
    }
  }

  /** Requests, the newest first. */
  @GET
  @Operation(operationId = "requests", summary = "Restore requests, the newest first")
  public Page requests(
      @Parameter(
              description = "Only in this state; open: all of which something is still to come",
              schema =
                  @Schema(
                      enumeration = {
                        "open",
                        "pending",
                        "confirmed",
                        "stopped",
                        "done",
                        "failed",
                        "rejected",
                        "withdrawn",
                        "lapsed",
                        "taken-back"
                      }))
          @QueryParam("state")
          @Nullable String state,
      @Parameter(description = "Only of addresses with this in them") @QueryParam("mailbox")
          @Nullable String mailbox,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "0"))
          @QueryParam("offset")
          @Nullable String offset,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "100"))
          @QueryParam("limit")
          @Nullable String limit) {
    Authority own = authority.get();
    RequestPage page =
        own.requests(
            states(state),
            Query.text("mailbox", mailbox),
            Query.number("offset", offset, 0, Integer.MAX_VALUE, 0),
            Math.toIntExact(Query.number("limit", limit, 1, MOST, USUAL)));
    return new Page(
        page.total(), page.requests().stream().map(request -> line(own, request)).toList());
  }

  private static Set<RequestState> states(@Nullable String state) {
    Set<RequestState> states =
        "open".equals(state)
            ? RequestState.allOpen()
            : Query.word("state", RequestState.class, state)
                .<Set<RequestState>>map(EnumSet::of)
                .orElseGet(() -> EnumSet.allOf(RequestState.class));
    states.remove(RequestState.DRAFT); // of which nobody knows yet
    return states;
  }

  private static Line line(Authority own, FiledRequest request) {
    return Line.of(request, request.state() == RequestState.PENDING && own.needsTwo(request));
  }

  /** One request. */
  @GET
  @Path("{id}")
  @Operation(operationId = "request", summary = "One restore request")
  public Line request(@PathParam("id") String id) {
    Authority own = authority.get();
    try {
      return line(own, own.request(parse(id)));
    } catch (NotYoursException e) {
      throw unknown(id);
    }
  }

  /** Confirms one: it is carried out from now on, or waits for the second of two. */
  @POST
  @Path("{id}/confirm")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "confirmRequest",
      summary = "Confirm: it is carried out, or waits for the second of two administrators")
  @APIResponse(
      responseCode = "200",
      description = "The request as it is now",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response confirm(
      @PathParam("id") String id, @HeaderParam(Once.HEADER) @Nullable String key) {
    return decided(id, "confirm", key, "", Authority::confirm);
  }

  /** Rejects one; its user is told the reason. */
  @POST
  @Path("{id}/reject")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "rejectRequest", summary = "Reject; the user is told the reason")
  @RequestBody(
      content =
          @Content(
              schema =
                  @Schema(
                      type = SchemaType.OBJECT,
                      requiredProperties = "reason",
                      properties = @SchemaProperty(name = "reason", type = SchemaType.STRING))))
  @APIResponse(
      responseCode = "200",
      description = "The request as it is now",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response reject(
      @PathParam("id") String id, @HeaderParam(Once.HEADER) @Nullable String key, String body) {
    return decided(id, "reject", key, body, (own, request) -> own.reject(request, reason(body)));
  }

  private static String reason(String body) {
    String remedy = "Say why, in at most " + Decision.LONGEST_REASON + " characters.";
    String reason = JsonBody.parse(body, Set.of("reason")).requiredText("reason", remedy).strip();
    if (!Decision.isReason(reason)) {
      throw ProblemException.ofField("reason", "reason says nothing, or is too long.", remedy);
    }
    return reason;
  }

  /** Stops a restore that goes on; what was done stays. */
  @POST
  @Path("{id}/stop")
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "stopRequest", summary = "Stop a restore; what was done stays")
  @APIResponse(
      responseCode = "200",
      description = "The request as it is now",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response stop(@PathParam("id") String id, @HeaderParam(Once.HEADER) @Nullable String key) {
    return decided(id, "stop", key, "", Authority::stop);
  }

  /** Lets a stopped restore go on. */
  @POST
  @Path("{id}/resume")
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "resumeRequest", summary = "Let a stopped restore go on")
  @APIResponse(
      responseCode = "200",
      description = "The request as it is now",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response resume(
      @PathParam("id") String id, @HeaderParam(Once.HEADER) @Nullable String key) {
    return decided(id, "resume", key, "", Authority::resume);
  }

  /** Removes what a request has added, as far as nobody has touched it since. */
  @POST
  @Path("{id}/take-back")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "takeBackRequest",
      summary = "Remove what it added, as far as nobody has touched it since")
  @APIResponse(
      responseCode = "200",
      description = "The request as it is now",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response takeBack(
      @PathParam("id") String id, @HeaderParam(Once.HEADER) @Nullable String key) {
    return decided(id, "take-back", key, "", Authority::takeBack);
  }

  private interface Deed {
    FiledRequest on(Authority own, UUID request)
        throws NotYoursException, RequestRefusedException, IOException;
  }

  private Response decided(String id, String action, @Nullable String key, String body, Deed deed) {
    return once.answer(key, body, () -> Answer.of(Response.Status.OK, done(id, action, deed)));
  }

  private Line done(String id, String action, Deed deed) {
    Authority own = authority.get();
    try {
      FiledRequest before = own.request(parse(id));
      own.noteProgram(
          signedIn.signature(), before.mailbox().toString(), action + " " + before.id());
      FiledRequest after = deed.on(own, before.id());
      if (after.state() == RequestState.CONFIRMED) {
        restoring.look();
      }
      return line(own, after);
    } catch (NotYoursException e) {
      throw unknown(id);
    } catch (RequestRefusedException e) {
      throw refused(e);
    } catch (RestoreBusyException e) {
      throw conflict("BUSY", "This restore is being worked on.", "Ask again in a moment.");
    } catch (IOException e) {
      LOG.log(Level.ERROR, () -> "The request " + id + " could not be done: " + action, e);
      throw new ProblemException(
          Response.Status.SERVICE_UNAVAILABLE,
          "FAILED",
          "",
          "It could not be done.",
          "The log of the server says why. Look whether it was done before asking again.");
    }
  }

  private static ProblemException refused(RequestRefusedException e) {
    String detail = String.valueOf(e.getMessage());
    return switch (e.why()) {
      case UNKNOWN ->
          new ProblemException(
              Response.Status.NOT_FOUND, "UNKNOWN", "id", detail, "GET /requests lists them.");
      case SECOND_NEEDED ->
          conflict(e.why().name(), detail, "Let another administrator confirm it.");
      case FIRST_MEANWHILE, BUSY -> conflict(e.why().name(), detail, "Ask again in a moment.");
      case TOO_MANY_OPEN,
          TOO_MANY_REQUESTS,
          TOO_MANY_MESSAGES,
          TOO_LARGE,
          TOO_MANY_COPIES,
          NOTHING_MISSING,
          NOT_PENDING,
          TOO_LATE,
          NO_LIVE_MAIL,
          NOT_DONE,
          EXPIRED ->
          conflict(e.why().name(), detail, "GET /requests/{id} says how it stands.");
    };
  }

  private static ProblemException conflict(String reason, String detail, String remedy) {
    return new ProblemException(Response.Status.CONFLICT, reason, "id", detail, remedy);
  }

  private static UUID parse(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw unknown(id);
    }
  }

  private static ProblemException unknown(String id) {
    return new ProblemException(
        Response.Status.NOT_FOUND,
        "UNKNOWN",
        "id",
        "There is no request " + id + ".",
        "GET /requests lists them.");
  }
}
