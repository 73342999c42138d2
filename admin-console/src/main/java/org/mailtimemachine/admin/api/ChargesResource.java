package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.terms.Charge;

/**
 * Charges for a program that writes bills, in the order in which they changed: whoever keeps the
 * last number and goes on after it misses none, and learns of each that is withdrawn or lowered.
 */
@Path("charges")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ChargesResource {

  private static final int USUAL = 100;
  private static final int MOST = 1_000;
  private static final int LONGEST_TEXT = 320;

  @Inject private OwnAuthority authority;

  /** Some charges; an empty list is the end for now. */
  public record Page(List<Line> charges) {}

  /**
   * One charge.
   *
   * @param number what {@code after} is given to go on; a charge that is withdrawn comes again,
   *     with another
   * @param amount in decimal digits
   * @param withdrawn null where it is owed
   */
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
  public Page charges(
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @QueryParam("mailbox") @Nullable String mailbox,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit") @Nullable String limit) {
    String wanted = Objects.requireNonNullElse(mailbox, "").strip();
    if (wanted.length() > LONGEST_TEXT) {
      throw new BadRequestException("mailbox has at most " + LONGEST_TEXT + " characters");
    }
    List<Charge> charges =
        authority
            .terms()
            .chargesChangedAfter(
                number("after", after, 0, Long.MAX_VALUE, 0),
                wanted,
                instant("from", from),
                instant("to", to),
                Math.toIntExact(number("limit", limit, 1, MOST, USUAL)));
    return new Page(charges.stream().map(Line::of).toList());
  }

  private static Optional<Instant> instant(String name, @Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeException e) {
      throw new BadRequestException(name + " must be an instant as 2026-11-01T00:00:00Z", e);
    }
  }

  private static long number(
      String name, @Nullable String text, long least, long most, long usual) {
    if (text == null) {
      return usual;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new BadRequestException(range(name, least, most), e);
    }
    throw new BadRequestException(range(name, least, most));
  }

  private static String range(String name, long least, long most) {
    return name + " must be a number from " + least + " to " + most;
  }
}
