package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;

/** What is said where a page cannot be shown; why, is for the log alone. */
@Named("failure")
@RequestScoped
public class ErrorPage {

  private static final String RETRY_SECONDS = "60";

  @Inject private HttpServletRequest request;
  @Inject private Texts texts;

  /** A Store that is away is no fault of the page: it will be back. */
  public void begin() {
    if (isStoreAway()) {
      ExternalContext answer = FacesContext.getCurrentInstance().getExternalContext();
      answer.setResponseStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      answer.setResponseHeader("Retry-After", RETRY_SECONDS);
    }
  }

  private boolean isStoreAway() {
    return request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure
        && StoreUnavailable.caused(failure);
  }

  /** Whether it is a fault of ours that the log tells of, under a number. */
  public boolean isUnexpected() {
    return !isStoreAway();
  }

  /** What happened, and what can be done. */
  public String getSentence() {
    if (isStoreAway()) {
      return texts.of("error.away");
    }
    int status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
            ? code
            : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    return texts.of(
        switch (status) {
          case HttpServletResponse.SC_NOT_FOUND -> "error.notFound";
          case HttpServletResponse.SC_FORBIDDEN -> "error.forbidden";
          default ->
              status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR
                  ? "error.request"
                  : "error.other";
        });
  }
}
