package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Optional;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.restore.terms.Terms;

/** Changes the terms of the host or of a domain. */
@WebServlet(urlPatterns = "/terms", asyncSupported = true)
public class PriceActions extends ActionWithPassword {

  private final transient OwnAuthority authority;

  @Inject
  PriceActions(OwnAuthority authority, PasswordAgain passwords) {
    super(authority, passwords);
    this.authority = authority;
  }

  @Override
  Optional<String> page(HttpServletRequest request) {
    return authority.terms().changeable() ? Optional.of("prices.xhtml") : Optional.empty();
  }

  @Override
  String form(HttpServletRequest request, String page) {
    Parameters parameters = new Parameters(request);
    return "%s?edit=%s&domain=%s"
        .formatted(
            page,
            Parameters.encoded(parameters.text("of")),
            Parameters.encoded(parameters.text("domain")));
  }

  @Override
  String act(HttpServletRequest request) {
    Parameters parameters = new Parameters(request);
    try {
      Optional<String> domain = domain(parameters);
      if (parameters.text("action").equals("remove") && domain.isPresent()) {
        authority.terms().remove(domain.get());
        return "told=terms-removed";
      }
      authority.terms().set(domain, terms(parameters));
      return "told=terms";
    } catch (NotYoursException e) {
      return "refused=UNKNOWN";
    } catch (IllegalArgumentException e) {
      return "refused=terms";
    }
  }

  /** Empty for the host. */
  private static Optional<String> domain(Parameters parameters) {
    if (parameters.text("of").equals("host")) {
      return Optional.empty();
    }
    String name = parameters.text("domain").toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("no domain: " + name);
    }
    return Optional.of(new MailboxAddress("postmaster", name).domain());
  }

  private static Terms terms(Parameters parameters) {
    String above = parameters.text("second");
    return new Terms(
        new Price(
            Currency.getInstance(parameters.text("currency").toUpperCase(Locale.ROOT)),
            amount(parameters.text("request")),
            amount(parameters.text("message")),
            amount(parameters.text("gigabyte"))),
        number(parameters.text("alone")),
        above.isEmpty() ? Optional.empty() : Optional.of(number(above)));
  }

  private static BigDecimal amount(String text) {
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,6})?")) {
      throw new IllegalArgumentException("no amount: " + text);
    }
    return new BigDecimal(text);
  }

  private static long number(String text) {
    if (!text.matches("[0-9]{1,10}")) {
      throw new IllegalArgumentException("no number: " + text);
    }
    return Long.parseLong(text);
  }
}
