package org.mailtimemachine.pages;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A fault of ours that ends a request: the log has what was thrown, and whoever asked is given
 * nothing but the number under which it stands there.
 */
@Named("incident")
@RequestScoped
public class Incident {

  private static final System.Logger LOG = System.getLogger(Incident.class.getName());

  @Inject private HttpServletRequest request;

  private String number = "";

  @PostConstruct
  void note() {
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      number = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
      LOG.log(
          System.Logger.Level.ERROR,
          "incident %s: %s %s"
              .formatted(
                  number,
                  request.getMethod(),
                  request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI)),
          failure);
    }
  }

  /** Eight hexadecimal digits; empty where nothing was thrown. */
  public String getNumber() {
    return number;
  }
}
