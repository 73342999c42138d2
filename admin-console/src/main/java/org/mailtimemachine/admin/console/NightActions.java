package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.nights.NightsOfHost;

/** Takes a Snapshot of every Mailbox now. */
@WebServlet("/take")
public class NightActions extends HttpServlet {

  private final transient OwnAuthority authority;
  private final transient NightsOfHost nights;

  @Inject
  NightActions(OwnAuthority authority, NightsOfHost nights) {
    this.authority = authority;
    this.nights = nights;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String told = "told=take";
    try {
      authority.get().takeNow(nights);
    } catch (NotYoursException e) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    } catch (IllegalStateException e) {
      told = "refused=take";
    }
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader("Location", request.getContextPath() + "/nights.xhtml?" + told);
  }
}
