package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.authority.OwnNight;
import org.mailtimemachine.admin.nights.NightStatus;
import org.mailtimemachine.admin.nights.NightsOfHost;
import org.mailtimemachine.admin.nights.TakenNights;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.snapshot.Run;

/** The nights of the host, for a program. */
@Path("nights")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Nights")
public class NightsResource {

  private static final int USUAL = 30;
  private static final int MOST = 1_000;

  @Inject private OwnAuthority authority;
  @Inject private SignedInAdministrator signedIn;
  @Inject private NightsOfHost nights;
  @Inject private TakenNights taken;
  @Inject private Once once;

  /**
   * One take; sizes in bytes.
   *
   * @param fresh messages that no day had before
   * @param failed sentences about mailboxes without a snapshot, as far as they concern whoever asks
   * @param warnings sentences, the same
   */
  @Schema(name = "Night")
  public record Line(
      String name,
      Instant started,
      Instant finished,
      long mailboxes,
      long messages,
      long fresh,
      long freshBytes,
      List<String> failed,
      List<String> warnings) {

    static Line of(Run run, OwnNight own) {
      return new Line(
          run.name().text(),
          run.started(),
          run.finished(),
          run.mailboxes(),
          run.messages(),
          run.newLinks(),
          run.newBytes(),
          own.failed(),
          own.warnings());
    }
  }

  /**
   * How it stands now.
   *
   * @param goingOn the name of a snapshot that is being taken; null where none is
   * @param failure why the last attempt came to nothing; null where it did not
   */
  @Schema(name = "NightStatus")
  public record Status(boolean enabled, @Nullable String goingOn, @Nullable String failure) {

    static Status of(NightStatus status) {
      return new Status(
          status.enabled(),
          status.goingOn().map(run -> run.name().text()).orElse(null),
          status.failure().isEmpty() ? null : status.failure());
    }
  }

  /** Nights, the newest first. */
  @GET
  @Operation(operationId = "nights", summary = "Nights and takes by hand, the newest first")
  public List<Line> nights(
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "30"))
          @QueryParam("limit")
          @Nullable String limit)
      throws IOException {
    List<Run> runs =
        taken.runs().stream()
            .sorted(Comparator.comparing(Run::started).reversed())
            .limit(Query.number("limit", limit, 1, MOST, USUAL))
            .toList();
    List<OwnNight> own = authority.get().nights(runs);
    return IntStream.range(0, runs.size())
        .mapToObj(each -> Line.of(runs.get(each), own.get(each)))
        .toList();
  }

  /** How it stands with them now. */
  @GET
  @Path("now")
  @Operation(operationId = "nightStatus", summary = "Whether a snapshot is being taken")
  public Status now() {
    return Status.of(ofHost().status());
  }

  /** Begins a Snapshot of every Mailbox now. */
  @POST
  @Path("now")
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "takeNow", summary = "Begin a snapshot of every mailbox now")
  @APIResponse(
      responseCode = "202",
      description = "It has begun",
      content = @Content(schema = @Schema(implementation = Status.class)))
  public Response take(@HeaderParam(Once.HEADER) @Nullable String key) {
    NightsOfHost own = ofHost();
    return once.answer(key, "", () -> Answer.of(Response.Status.ACCEPTED, begun(own)));
  }

  private Status begun(NightsOfHost own) {
    try {
      authority.get().noteProgram(signedIn.signature(), "", "take a snapshot");
      authority.get().takeNow(own);
      return Status.of(own.status());
    } catch (NotYoursException e) {
      throw ProblemException.ofHost();
    } catch (IllegalStateException e) {
      throw new ProblemException(
          Response.Status.CONFLICT,
          "NOT_NOW",
          "",
          String.valueOf(e.getMessage()),
          "GET /nights/now says how it stands.");
    }
  }

  private NightsOfHost ofHost() {
    try {
      return authority.get().ofHost(nights);
    } catch (NotYoursException e) {
      throw ProblemException.ofHost();
    }
  }
}
