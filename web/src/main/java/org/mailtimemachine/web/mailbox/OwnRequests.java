package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** What the user asked to have back, and what became of it. Looked up when its dialog is opened. */
@Named("ownRequests")
@RequestScoped
public class OwnRequests {

  private static final System.Logger LOG = System.getLogger(OwnRequests.class.getName());
  private static final int MOST = 50;

  @Inject private HttpServletRequest request;
  @Inject private SignedInMailbox signedIn;
  @Inject private RequestBook book;
  @Inject private RestoreDesk desk;
  @Inject private RequestedNames names;
  @Inject private Texts texts;

  private @Nullable String refusal;
  private @Nullable List<OwnRequest> all;

  /** Whether this request opens the dialog, or does something in it. */
  public boolean isAsked() {
    return request.getParameter("requests") != null;
  }

  /** The newest ones, newest first. */
  public List<OwnRequest> getAll() {
    if (all == null) {
      all =
          book.ofMailbox(signedIn.address(), MOST).stream()
              .map(filed -> new OwnRequest(filed, names.of(filed), names.left(filed), texts))
              .toList();
    }
    return all;
  }

  /** Takes the request that is named back. */
  public void withdraw() {
    all = null;
    try {
      desk.withdraw(signedIn.address(), UUID.fromString(request.getParameter("requests")));
    } catch (RequestRefusedException e) {
      refusal = texts.of("restore.refused." + e.why().name().toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      refusal = texts.of("restore.refused.unknown");
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "A restore request cannot be withdrawn", e);
      refusal = texts.of("restore.refused.failed");
    }
  }

  /** Why one was not withdrawn; null where nothing was refused. */
  public @Nullable String getRefusal() {
    return refusal;
  }
}
