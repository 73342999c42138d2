package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailtimemachine.admin.authority.MirrorAuthority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/**
 * Makes, changes and ends Mirrors: what lets somebody read mail, or deletes it, wants a password.
 */
@WebServlet(urlPatterns = "/mirror", asyncSupported = true)
public class MirrorActions extends ActionWithPassword {

  private static final System.Logger LOG = System.getLogger(MirrorActions.class.getName());

  private final transient OwnAuthority authority;

  @Inject
  MirrorActions(OwnAuthority authority, PasswordAgain passwords) {
    super(authority, passwords);
    this.authority = authority;
  }

  @Override
  Optional<String> page(HttpServletRequest request) {
    return authority.hasMirrors() ? Optional.of("mirrors.xhtml") : Optional.empty();
  }

  @Override
  String form(HttpServletRequest request, String page) {
    String mirror = new Parameters(request).text("mirror");
    return mirror.isEmpty() ? page : page + "?mirror=" + Parameters.encoded(mirror);
  }

  @Override
  String act(HttpServletRequest request) {
    Parameters parameters = new Parameters(request);
    String action = parameters.text("action");
    try {
      return act(authority.mirrors(), action, parameters, request);
    } catch (MirrorRefusedException e) {
      return "refused=mirror-" + e.reason().name();
    } catch (NotYoursException e) {
      return "refused=mirror-foreign";
    } catch (IllegalArgumentException e) {
      return "refused=mirror";
    } catch (IOException e) {
      LOG.log(Level.ERROR, () -> "The mirrors could not be changed: " + action, e);
      return "refused=failed";
    }
  }

  private static String act(
      MirrorAuthority own, String action, Parameters parameters, HttpServletRequest request)
      throws NotYoursException, MirrorRefusedException, IOException {
    String id = parameters.text("mirror");
    switch (action) {
      case "add" -> {
        MadeMirror made = own.add(wanted(parameters));
        made.password().ifPresent(password -> keep(request, made.mirror(), password));
      }
      case "change" ->
          own.change(
              id, days(parameters), existing(parameters.text("existing")), agreed(parameters));
      case "end" -> own.end(id, parameters.text("stays").equals("on"));
      case "password" -> keep(request, own.mirror(id), own.newPassword(id));
      default -> {
        return "";
      }
    }
    return "told=mirror-" + action;
  }

  /** Until the page shows it, which this one leads to. */
  private static void keep(HttpServletRequest request, RegisteredMirror mirror, String password) {
    request
        .getSession()
        .setAttribute(MirrorPassword.NAME, new MirrorPassword(mirror.own().getFirst(), password));
  }

  private static NewMirror wanted(Parameters parameters) {
    String source = parameters.text("source");
    return new NewMirror(
        source.contains("@")
            ? new MirrorSource.SingleRecipient(MailboxAddress.of(source))
            : new MirrorSource.AllRecipients(new MailboxAddress("postmaster", source).domain()),
        parameters.text("own").equals("on") || parameters.text("readonly").equals("on"),
        existing(parameters.text("existing")),
        days(parameters),
        parameters.text("readonly").equals("on"),
        agreed(parameters));
  }

  private static boolean agreed(Parameters parameters) {
    return parameters.text("older").equals("on");
  }

  private static List<MailboxAddress> existing(String text) {
    return Stream.of(text.split("[,\\s]+", -1))
        .filter(each -> !each.isEmpty())
        .map(MailboxAddress::of)
        .toList();
  }

  private static int days(Parameters parameters) {
    String days = parameters.text("days");
    if (!days.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("no number of days: " + days);
    }
    return Integer.parseInt(days);
  }
}
