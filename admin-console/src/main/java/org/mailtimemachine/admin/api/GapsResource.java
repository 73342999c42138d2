package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.GapAuthority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OneGap;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.administrator.FollowUp;

/** Messages of the administrator's domains that went on without their copies, for a program. */
@Path("gaps")
@Tag(name = "Mirrors")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class GapsResource {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  @Inject private OwnAuthority authority;

  /**
   * Some gaps, the newest first.
   *
   * @param total how many there are on all pages
   */
  @Schema(name = "Gaps")
  public record Page(long total, List<Line> gaps) {}

  /**
   * One of them, as it concerns one domain.
   *
   * @param recipients of that domain
   * @param note null, as those behind it, where nobody has looked after it
   */
  @Schema(name = "Gap")
  public record Line(
      String id,
      Instant time,
      String queueId,
      String sender,
      List<String> recipients,
      String cause,
      String state,
      @Nullable String note,
      @Nullable String by,
      @Nullable Instant when) {

    static Line of(OneGap gap) {
      Optional<FollowUp> followUp = gap.followUp();
      return new Line(
          gap.id(),
          gap.gap().time(),
          gap.gap().queueId(),
          gap.gap().sender(),
          gap.recipients(),
          gap.gap().cause(),
          gap.open() ? "open" : "done",
          followUp.map(FollowUp::note).orElse(null),
          followUp.map(FollowUp::who).orElse(null),
          followUp.map(FollowUp::when).orElse(null));
    }
  }

  /**
   * Gaps, the newest first.
   *
   * @param state {@code open}, {@code done} or {@code all}, which is usual
   * @param text only those that have this in them
   */
  @GET
  @Operation(summary = "Messages that went on without a copy, the newest first")
  public Page gaps(
      @Parameter(
              schema =
                  @Schema(
                      enumeration = {"open", "done", "all"},
                      defaultValue = "all"))
          @QueryParam("state")
          @Nullable String state,
      @QueryParam("text") @Nullable String text,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "0"))
          @QueryParam("offset")
          @Nullable String offset,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "100"))
          @QueryParam("limit")
          @Nullable String limit)
      throws IOException {
    List<OneGap> found = own().gaps(state(state), Query.text("text", text));
    return new Page(
        found.size(),
        found.stream()
            .skip(Query.number("offset", offset, 0, GapAuthority.MOST * 10, 0))
            .limit(Query.number("limit", limit, 1, MOST, USUAL))
            .map(Line::of)
            .toList());
  }

  /** Notes what was done about one: {@code state}, open or done, and a {@code note}. */
  @PATCH
  @Path("{id}")
  @Operation(operationId = "noteGap", summary = "Note what was done about one")
  @RequestBody(
      content =
          @Content(
              schema =
                  @Schema(
                      type = SchemaType.OBJECT,
                      requiredProperties = "state",
                      properties = {
                        @SchemaProperty(
                            name = "state",
                            type = SchemaType.STRING,
                            enumeration = {"open", "done"}),
                        @SchemaProperty(name = "note", type = SchemaType.STRING)
                      })))
  public Line note(@PathParam("id") String id, String body) throws IOException {
    GapAuthority own = own();
    JsonBody wanted = JsonBody.parse(body, Set.of("state", "note"));
    String state = wanted.requiredText("state", "Send open or done.");
    if (!state.matches("open|done")) {
      throw ProblemException.ofField(
          "state", "state is neither open nor done.", "Send open or done.");
    }
    try {
      String note = wanted.text("note").orElse("").strip();
      return Line.of(own.note(List.of(id), state.equals("done"), note).getFirst());
    } catch (NotYoursException e) {
      throw new ProblemException(
          Response.Status.NOT_FOUND,
          "UNKNOWN",
          "id",
          "There is no gap " + id + ".",
          "GET /gaps lists them.");
    } catch (IllegalArgumentException e) {
      throw ProblemException.ofField("note", String.valueOf(e.getMessage()), "Send a shorter one.");
    }
  }

  private GapAuthority own() throws IOException {
    if (!authority.hasMirrors()) {
      throw new NotFoundException();
    }
    return authority.gaps();
  }

  private static GapAuthority.State state(@Nullable String state) {
    return Query.word("state", GapAuthority.State.class, state).orElse(GapAuthority.State.ALL);
  }
}
