package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.holding.Holding;
import org.mailtimemachine.admin.signin.PasswordAgain;

/** Places and lifts legal holds. */
@WebServlet(urlPatterns = "/hold", asyncSupported = true)
public class HoldActions extends ActionWithPassword {

  private static final System.Logger LOG = System.getLogger(HoldActions.class.getName());

  private final transient OwnAuthority authority;
  private final transient Holding holding;

  @Inject
  HoldActions(OwnAuthority authority, PasswordAgain passwords, Holding holding) {
    super(authority, passwords);
    this.authority = authority;
    this.holding = holding;
  }

  @Override
  Optional<String> page(HttpServletRequest request) {
    return Optional.of("holds.xhtml");
  }

  @Override
  String form(HttpServletRequest request, String page) {
    return new Parameters(request).id().map(id -> page + "?id=" + id).orElse(page);
  }

  @Override
  String act(HttpServletRequest request) {
    Parameters parameters = new Parameters(request);
    // A form sends each end of a line as two characters, which nobody typed.
    String reason = typed(request, "reason").strip().replace("\r\n", "\n");
    try {
      switch (parameters.text("action")) {
        case "place" ->
            holding.placed(
                authority
                    .holds()
                    .place(parameters.text("subject"), reason, day(parameters.text("until"))));
        case "lift" -> {
          boolean lifted = authority.holds().lift(parameters.requiredId(), reason);
          if (!lifted) {
            return "refused=hold-lifted";
          }
          holding.look();
        }
        default -> {
          return "";
        }
      }
      return "told=hold-" + parameters.text("action");
    } catch (NotYoursException e) {
      return parameters.text("action").equals("lift")
          ? "refused=hold-foreign"
          : "refused=hold-unknown";
    } catch (IllegalStateException e) {
      return "refused=hold-limit";
    } catch (IllegalArgumentException | DateTimeException e) {
      return "refused=hold";
    } catch (IOException e) {
      LOG.log(Level.ERROR, "A hold cannot be placed", e);
      return "refused=failed";
    }
  }

  private static Optional<LocalDate> day(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(text));
  }
}
