package org.mailtimemachine.admin.console;

import jakarta.faces.context.FacesContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Ends the answer to a request for what is not there, or not for whoever asks. */
final class NotFound {

  private NotFound() {}

  static void answer() {
    FacesContext faces = FacesContext.getCurrentInstance();
    try {
      faces.getExternalContext().responseSendError(HttpServletResponse.SC_NOT_FOUND, "");
    } catch (IOException e) {
      throw new UncheckedIOException("the answer was lost", e);
    }
    faces.responseComplete();
  }
}
