package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.restoring.Restoring;
import org.mailtimemachine.admin.restoring.RunProgress;
import org.mailtimemachine.restore.desk.FiledRequest;

/** How far a restore is, for the page that shows it every second. */
@WebServlet("/progress")
public class ProgressServlet extends HttpServlet {

  private final transient OwnAuthority authority;
  private final transient Restoring restoring;

  @Inject
  ProgressServlet(OwnAuthority authority, Restoring restoring) {
    this.authority = authority;
    this.restoring = restoring;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      FiledRequest found = authority.get().request(new Parameters(request).requiredId());
      RunProgress progress = restoring.progress(found);
      JsonAnswer.send(
          response,
          Json.createObjectBuilder()
              .add("state", found.state().name())
              .add("done", progress.done())
              .add("total", progress.total())
              .add("percent", progress.percent())
              .add("problem", found.problem()));
    } catch (NotYoursException | IllegalArgumentException e) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
