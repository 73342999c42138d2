package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.mailtimemachine.admin.authority.MessageReference;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Opens one message by exception. The answer is the message itself and has no address: whoever
 * wants to see it again gives a reason and the password again, and is written down again.
 */
@WebServlet(urlPatterns = "/open", asyncSupported = true)
public class OpenActions extends ActionWithPassword {

  private static final System.Logger LOG = System.getLogger(OpenActions.class.getName());

  /** Addresses with a search in them are long. */
  private static final int LONGEST_LINK = 4_000;

  private final transient OwnAuthority authority;

  @Inject
  OpenActions(OwnAuthority authority, PasswordAgain passwords) {
    super(authority, passwords);
    this.authority = authority;
  }

  @Override
  Optional<String> page(HttpServletRequest request) {
    return authority.openings().mayOpen()
        ? new Parameters(request)
            .address()
            .map(mailbox -> "mailbox.xhtml?address=" + Parameters.encoded(mailbox.toString()))
        : Optional.empty();
  }

  @Override
  String act(HttpServletRequest request) {
    MailboxAddress mailbox =
        new Parameters(request)
            .address()
            .orElseThrow(() -> new IllegalStateException("no mailbox: page() was not asked"));
    String link = typed(request, "link");
    Optional<MessageReference> which =
        link.length() > LONGEST_LINK ? Optional.empty() : MessageReference.parse(link);
    if (which.isEmpty()) {
      return "refused=open-link";
    }
    // A form sends each end of a line as two characters, which nobody typed.
    String reason = typed(request, "reason").strip().replace("\r\n", "\n");
    try {
      OpenedPage.put(request, authority.openings().open(mailbox, which.get(), reason));
      return "";
    } catch (NotYoursException e) {
      return "refused=open-unknown";
    } catch (IllegalArgumentException e) {
      return "refused=open-reason";
    } catch (IOException | RuntimeException e) {
      // Also where it could not be written down: nothing is shown.
      LOG.log(Level.ERROR, () -> "A message of " + mailbox + " could not be opened", e);
      return "refused=failed";
    }
  }

  @Override
  void answer(HttpServletRequest request, HttpServletResponse response, String page, String told)
      throws ServletException, IOException {
    if (OpenedPage.in(request).isPresent()) {
      request.getRequestDispatcher("/opened.xhtml").forward(request, response);
    } else {
      super.answer(request, response, page, told);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // Not even that there is such a thing is told.
    response.sendError(HttpServletResponse.SC_NOT_FOUND);
  }
}
