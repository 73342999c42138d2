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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.terms.Charge;

/**
 * Charges for a program that writes bills, in the order in which they changed: whoever keeps the
 * last number and goes on after it misses none, and learns of each that is withdrawn or lowered.
 */
@Path("charges")
@Tag(name = "Charges")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ChargesResource {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  @Inject private OwnAuthority authority;

  /** Some charges; an empty list is the end for now. */
  @Schema(name = "Charges")
  public record Page(List<Line> charges) {}

  /**
   * One charge.
   *
   * @param number what {@code after} is given to go on; a charge that is withdrawn comes again,
   *     with another
   * @param amount in decimal digits
   * @param withdrawn null where it is owed
   */
  @Schema(name = "Charge")
  public record Line(
      long number,
      UUID request,
      String mailbox,
      Instant confirmed,
      long messages,
      long bytes,
      String amount,
      String currency,
      @Nullable Instant withdrawn) {

    static Line of(Charge charge) {
      return new Line(
          charge.changed(),
          charge.request(),
          charge.mailbox().toString(),
          charge.confirmed(),
          charge.messages(),
          charge.bytes(),
          charge.amount().amount().toPlainString(),
          charge.amount().currency().getCurrencyCode(),
          charge.withdrawn().orElse(null));
    }
  }

  /**
   * What the administrator's Mailboxes owe.
   *
   * @param from an instant (ISO 8601): only what was confirmed then or later
   * @param to an instant: only what was confirmed before
   * @param mailbox only addresses that have this in them
   * @param after the number of the last line that was read; without it, from the beginning
   */
  @GET
  @Operation(summary = "What the mailboxes owe, in the order in which it changed")
  public Page charges(
      @Parameter(schema = @Schema(implementation = Instant.class)) @QueryParam("from")
          @Nullable String from,
      @Parameter(schema = @Schema(implementation = Instant.class)) @QueryParam("to")
          @Nullable String to,
      @QueryParam("mailbox") @Nullable String mailbox,
      @Parameter(
              description = "The number of the last line that was read",
              schema = @Schema(implementation = Long.class))
          @QueryParam("after")
          @Nullable String after,
      @Parameter(schema = @Schema(implementation = Integer.class, defaultValue = "100"))
          @QueryParam("limit")
          @Nullable String limit) {
    List<Charge> charges =
        authority
            .terms()
            .chargesChangedAfter(
                Query.number("after", after, 0, Long.MAX_VALUE, 0),
                Query.text("mailbox", mailbox),
                Query.instant("from", from),
                Query.instant("to", to),
                Math.toIntExact(Query.number("limit", limit, 1, MOST, USUAL)));
    return new Page(charges.stream().map(Line::of).toList());
  }
}
