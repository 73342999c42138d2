package org.mailtimemachine.web.mailbox;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.stream.Collectors;

/** Keeps what the user chose in a dialog or by dragging, and answers nothing. */
@WebServlet("/preferences")
public class PreferencesServlet extends HttpServlet {

  private final transient Preferences preferences;

  @Inject
  PreferencesServlet(Preferences preferences) {
    this.preferences = preferences;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) {
    preferences.choose(
        request.getParameterMap().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, values -> values.getValue()[0])));
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
