package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.authority.TermsAuthority;
import org.mailtimemachine.restore.terms.Charge;

/** Charges as a file, in the order in which they arose: each once, whatever comes meanwhile. */
@WebServlet("/charges.csv")
public class ChargesExport extends HttpServlet {

  private static final int PAGE = 1_000;

  private final transient OwnAuthority authority;
  private final transient Preferences preferences;

  @Inject
  ChargesExport(OwnAuthority authority, Preferences preferences) {
    this.authority = authority;
    this.preferences = preferences;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    TermsAuthority own = authority.terms();
    Parameters parameters = new Parameters(request);
    String mailbox = parameters.text("mailbox");
    Month month = Month.of(parameters.text("month"), preferences.zone());
    CsvTable table =
        CsvTable.begin(
            response,
            "charges.csv",
            "number",
            "request",
            "mailbox",
            "confirmed",
            "messages",
            "bytes",
            "amount",
            "currency",
            "withdrawn");
    List<Charge> page;
    long last = 0;
    do {
      page = own.chargesAfter(last, mailbox, month.from(), month.to(), PAGE);
      for (Charge charge : page) {
        table.line(
            charge.number(),
            charge.request(),
            charge.mailbox(),
            charge.confirmed(),
            charge.messages(),
            charge.bytes(),
            charge.amount().amount().toPlainString(),
            charge.amount().currency().getCurrencyCode(),
            charge.withdrawn().map(Instant::toString).orElse(""));
        last = charge.number();
      }
    } while (page.size() == PAGE);
  }
}
