package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.admin.signin.SecondFactorSettings;

/** Sets up or removes the second factor of whoever is signed in. */
@WebServlet(urlPatterns = "/factor", asyncSupported = true)
public class SecondFactorActions extends ActionWithPassword {

  private final transient SecondFactorSettings settings;

  @Inject
  SecondFactorActions(
      OwnAuthority authority, PasswordAgain passwords, SecondFactorSettings settings) {
    super(authority, passwords);
    this.settings = settings;
  }

  @Override
  Optional<String> page(HttpServletRequest request) {
    return Optional.of("account.xhtml");
  }

  private static String action(HttpServletRequest request) {
    return new Parameters(request).text("action");
  }

  /** The password was given when it was begun. */
  @Override
  boolean free(HttpServletRequest request) {
    return action(request).equals("finish");
  }

  @Override
  String act(HttpServletRequest request) {
    String code = new Parameters(request).text("code");
    String password = typed(request, "password");
    return switch (action(request)) {
      case "begin" -> {
        if (settings.find().isPresent()) {
          yield "refused=code"; // it is removed first, which wants a code of it
        }
        settings.begin(password);
        yield "";
      }
      case "finish" ->
          settings.find().isEmpty() && settings.finish(code) ? "told=factor" : "refused=code";
      case "remove" -> {
        settings.remove();
        yield "told=factor-removed";
      }
      default -> "";
    };
  }
}
