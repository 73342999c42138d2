package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/** The audit log, as far as it is about the administrator's domains. */
@Path("log")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Audit log")
public class LogResource {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  @Inject private OwnAuthority authority;

  /**
   * One line.
   *
   * @param number from 1; administrators of domains see gaps, where lines are about others
   * @param seal SHA-256 of the line and the seal before it, in hexadecimal
   */
  @Schema(name = "LogLine")
  public record Line(
      long number,
      Instant when,
      String who,
      String action,
      String subject,
      String detail,
      String seal) {

    static Line of(SealedEntry line) {
      return new Line(
          line.number(),
          line.entry().when(),
          line.entry().who(),
          line.entry().action(),
          line.entry().subject(),
          line.entry().detail(),
          line.seal());
    }
  }

  /** Lines, the newest first. */
  @GET
  @Operation(operationId = "log", summary = "Lines of the audit log, the newest first")
  public List<Line> log(
      @Parameter(description = "Only lines with this in them") @QueryParam("text")
          @Nullable String text,
      @Parameter(
              description = "Only lines with a lower number: the last one read, to go on",
              schema = @Schema(implementation = Long.class))
          @QueryParam("before")
          @Nullable String before,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "100"))
          @QueryParam("limit")
          @Nullable String limit) {
    return authority
        .get()
        .log(
            Query.text("text", text),
            Query.number("before", before, 1, Long.MAX_VALUE, Long.MAX_VALUE),
            Math.toIntExact(Query.number("limit", limit, 1, MOST, USUAL)))
        .stream()
        .map(Line::of)
        .toList();
  }
}
