package org.mailtimemachine.web.signin;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Ends the session. Only by POST, which {@link OwnPagesOnly} lets through from our pages: no other
 * site can sign somebody out.
 */
@WebServlet("/signout")
public class SignOutServlet extends HttpServlet {

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    SignedIn.end(request);
    response.setHeader("Clear-Site-Data", "\"cache\"");
    response.sendRedirect(request.getContextPath() + "/signin.xhtml?out=true");
  }
}
