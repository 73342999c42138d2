package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.restoring.Restoring;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.restore.RestoreBusyException;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;

/**
 * Does what the dialogs of a request's page ask for. What brings mail into a Mailbox or takes it
 * out wants the password again.
 */
@WebServlet(urlPatterns = "/decide", asyncSupported = true)
public class RequestActions extends ActionWithPassword {

  private static final System.Logger LOG = System.getLogger(RequestActions.class.getName());

  private final transient OwnAuthority authority;
  private final transient Restoring restoring;

  @Inject
  RequestActions(OwnAuthority authority, PasswordAgain passwords, Restoring restoring) {
    super(authority, passwords);
    this.authority = authority;
    this.restoring = restoring;
  }

  private Optional<UUID> known(HttpServletRequest request) {
    Optional<UUID> id = new Parameters(request).id();
    try {
      return id.isPresent() ? Optional.of(authority.get().request(id.get()).id()) : id;
    } catch (NotYoursException e) {
      return Optional.empty();
    }
  }

  @Override
  Optional<String> page(HttpServletRequest request) {
    return known(request).map(id -> "request.xhtml?id=" + id);
  }

  private static String action(HttpServletRequest request) {
    return new Parameters(request).text("action");
  }

  @Override
  boolean free(HttpServletRequest request) {
    return action(request).equals("reject");
  }

  @Override
  String act(HttpServletRequest request) throws IOException {
    UUID id = known(request).orElseThrow(() -> new IllegalStateException("no request"));
    try {
      return act(authority.get(), id, action(request), request);
    } catch (RequestRefusedException e) {
      return "refused=" + e.why().name();
    } catch (NotYoursException e) {
      return "refused=UNKNOWN";
    } catch (RestoreBusyException e) {
      return "refused=BUSY";
    } catch (IOException e) {
      LOG.log(Level.ERROR, () -> "The request " + id + " could not be done: " + action(request), e);
      return "refused=failed";
    }
  }

  private String act(Authority own, UUID id, String action, HttpServletRequest request)
      throws NotYoursException, RequestRefusedException, IOException {
    switch (action) {
      case "confirm" -> {
        FiledRequest confirmed = own.confirm(id);
        if (confirmed.state() == RequestState.PENDING) {
          return "told=first";
        }
        restoring.look();
      }
      case "reject" -> {
        // A form sends each end of a line as two characters, which nobody typed.
        String reason = typed(request, "reason").strip().replace("\r\n", "\n");
        if (!Decision.isReason(reason)) {
          return "refused=reason";
        }
        own.reject(id, reason);
      }
      case "stop" -> own.stop(id);
      case "resume" -> {
        own.resume(id);
        restoring.look();
      }
      case "giveup" -> own.giveUp(id);
      case "takeback" -> {
        if (own.takeBack(id).state() != RequestState.TAKEN_BACK) {
          return "told=takeback-nothing";
        }
      }
      default -> {
        return "";
      }
    }
    return "told=" + action;
  }
}
