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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.GapAuthority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OneGap;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.administrator.FollowUp;

/** Messages of the administrator's domains that went on without their copies, for a program. */
@Path("gaps")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class GapsResource {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;
  private static final int LONGEST_TEXT = 320;

  @Inject private OwnAuthority authority;

  /**
   * Some gaps, the newest first.
   *
   * @param total how many there are on all pages
   */
  public record Page(long total, List<Line> gaps) {}

  /**
   * One of them, as it concerns one domain.
   *
   * @param recipients of that domain
   * @param note null, as those behind it, where nobody has looked after it
   */
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
  public Page gaps(
      @QueryParam("state") @Nullable String state,
      @QueryParam("text") @Nullable String text,
      @QueryParam("offset") @Nullable String offset,
      @QueryParam("limit") @Nullable String limit)
      throws IOException {
    String wanted = Objects.requireNonNullElse(text, "").strip();
    if (wanted.length() > LONGEST_TEXT) {
      throw ProblemException.ofField(
          "text", "text is too long.", "Send at most " + LONGEST_TEXT + " characters.");
    }
    List<OneGap> found = own().gaps(state(state), wanted);
    return new Page(
        found.size(),
        found.stream()
            .skip(number("offset", offset, 0, GapAuthority.MOST * 10, 0))
            .limit(number("limit", limit, 1, MOST, USUAL))
            .map(Line::of)
            .toList());
  }

  /** Notes what was done about one: {@code state}, open or done, and a {@code note}. */
  @PATCH
  @Path("{id}")
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
    String name = Objects.requireNonNullElse(state, "all");
    return Arrays.stream(GapAuthority.State.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.ofField(
                    "state", "There is no state " + name + ".", "Send open, done or all."));
  }

  private static int number(String name, @Nullable String text, int least, int most, int usual) {
    if (text == null) {
      return usual;
    }
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw ProblemException.ofField(
        name,
        name + " is no number that it may be.",
        "Send a number from %d to %d.".formatted(least, most));
  }
}
