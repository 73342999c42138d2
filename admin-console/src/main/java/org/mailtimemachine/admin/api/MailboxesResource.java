package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes.Size;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/** The Mailboxes of the administrator's domains and their days: counts and sizes, no content. */
@Path("mailboxes")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Mailboxes")
public class MailboxesResource {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  @Inject private OwnAuthority authority;

  /**
   * Some Mailboxes, by address.
   *
   * @param total how many there are on all pages
   */
  @Schema(name = "Mailboxes")
  public record Page(long total, List<Line> mailboxes) {}

  /**
   * One of them.
   *
   * @param days null, as those behind it, while no day of it is indexed
   * @param newest the name of its newest Snapshot
   * @param messages in that one
   * @param bytes of these
   */
  @Schema(name = "Mailbox")
  public record Line(
      String address,
      @Nullable Long days,
      @Nullable String newest,
      @Nullable Long messages,
      @Nullable Long bytes) {

    static Line of(MailboxAddress mailbox, Optional<Size> size) {
      return new Line(
          mailbox.toString(),
          size.map(Size::days).orElse(null),
          size.map(each -> each.newest().text()).orElse(null),
          size.map(Size::messages).orElse(null),
          size.filter(each -> each.bytes().isPresent())
              .map(each -> each.bytes().getAsLong())
              .orElse(null));
    }
  }

  /** One day of a Mailbox. */
  @Schema(name = "Day")
  public record Day(String name, Instant takenAt, long messages, boolean indexed) {

    static Day of(SnapshotSummary summary) {
      return new Day(
          summary.name().text(), summary.takenAt(), summary.messages(), summary.indexed());
    }
  }

  /** Mailboxes of which there are Snapshots. */
  @GET
  @Operation(operationId = "mailboxes", summary = "Mailboxes of which there are days, by address")
  public Page mailboxes(
      @Parameter(description = "Only addresses with this in them") @QueryParam("text")
          @Nullable String text,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "0"))
          @QueryParam("offset")
          @Nullable String offset,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "100"))
          @QueryParam("limit")
          @Nullable String limit)
      throws IOException {
    Authority own = authority.get();
    List<MailboxAddress> all = own.mailboxes(Query.text("text", text));
    List<MailboxAddress> some =
        all.stream()
            .skip(Query.number("offset", offset, 0, Integer.MAX_VALUE, 0))
            .limit(Query.number("limit", limit, 1, MOST, USUAL))
            .toList();
    Map<MailboxAddress, Size> sizes = own.sizes(some);
    return new Page(
        all.size(),
        some.stream().map(each -> Line.of(each, Optional.ofNullable(sizes.get(each)))).toList());
  }

  /** The days of one, the newest first. */
  @GET
  @Path("{address}/days")
  @Operation(operationId = "days", summary = "The days of a mailbox, the newest first")
  public List<Day> days(@PathParam("address") String address) {
    try {
      return authority.get().days(MailboxAddress.of(address)).stream().map(Day::of).toList();
    } catch (NotYoursException | IllegalArgumentException e) {
      throw new ProblemException(
          Response.Status.NOT_FOUND,
          "UNKNOWN",
          "address",
          "There is no mailbox " + address + ".",
          "GET /mailboxes lists them.");
    }
  }
}
