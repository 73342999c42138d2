package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.MirrorAuthority;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/** The Mirrors of the administrator's domains, for a program. */
@Path("mirrors")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class MirrorsResource {

  @Inject private OwnAuthority authority;

  /**
   * One of them.
   *
   * @param source an address, or a domain for all of its recipients
   * @param destinations the mailboxes that get copies
   * @param ended null while it is in force
   */
  public record Line(
      String id,
      String source,
      List<String> destinations,
      int days,
      boolean readOnly,
      String madeBy,
      Instant made,
      @Nullable Instant ended) {

    static Line of(RegisteredMirror mirror) {
      return new Line(
          mirror.id(),
          MirrorAuthority.text(mirror.rule().source()),
          mirror.rule().destinations().stream().map(MailboxAddress::toString).toList(),
          mirror.rule().days(),
          mirror.readOnly(),
          mirror.madeBy(),
          mirror.made(),
          mirror.end().map(RegisteredMirror.End::time).orElse(null));
    }
  }

  /** All of them, those that have ended too, in the order in which they were made. */
  @GET
  public List<Line> mirrors() throws IOException {
    if (!authority.hasMirrors()) {
      throw new NotFoundException();
    }
    return authority.mirrors().mirrors().stream().map(Line::of).toList();
  }
}
