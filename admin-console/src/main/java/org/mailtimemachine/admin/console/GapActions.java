package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;

/** Notes what was done about gaps. It brings no mail anywhere, and wants no password. */
@WebServlet("/gap")
public class GapActions extends HttpServlet {

  private static final System.Logger LOG = System.getLogger(GapActions.class.getName());

  private final transient OwnAuthority authority;

  @Inject
  GapActions(OwnAuthority authority) {
    this.authority = authority;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!authority.hasMirrors()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    Parameters parameters = new Parameters(request);
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader(
        "Location",
        "%s/gaps.xhtml?state=%s&text=%s&page=%d&%s"
            .formatted(
                request.getContextPath(),
                Parameters.encoded(parameters.text("state")),
                Parameters.encoded(parameters.text("text")),
                parameters.page(),
                noted(request, parameters)));
  }

  /** What is to be told, as the page's address says it. */
  private String noted(HttpServletRequest request, Parameters parameters) {
    String action = parameters.text("action");
    String[] ids = Objects.requireNonNullElse(request.getParameterValues("gap"), new String[0]);
    // A form sends each end of a line as two characters, which nobody typed.
    String note =
        Objects.requireNonNullElse(request.getParameter("note"), "").strip().replace("\r\n", "\n");
    if (!action.matches("done|open")) {
      return "";
    }
    if (ids.length == 0 || ids.length > Pager.SIZE) {
      return "refused=gap-none";
    }
    try {
      authority.gaps().note(List.of(ids), action.equals("done"), note);
      return "told=gap-" + action;
    } catch (NotYoursException e) {
      return "refused=gap-foreign";
    } catch (IllegalArgumentException e) {
      return "refused=gap-note";
    } catch (IOException e) {
      LOG.log(Level.ERROR, "The gaps of the mirrors cannot be read", e);
      return "refused=failed";
    }
  }
}
