package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/** The audit log as a file, the newest line first. */
@WebServlet("/audit.csv")
public class AuditExport extends HttpServlet {

  private static final int PAGE = 1_000;

  private final transient OwnAuthority authority;

  @Inject
  AuditExport(OwnAuthority authority) {
    this.authority = authority;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Authority own = authority.get();
    String text = new Parameters(request).text("text");
    CsvTable table =
        CsvTable.begin(
            response, "audit.csv", "number", "when", "who", "action", "subject", "detail", "seal");
    long before = Long.MAX_VALUE;
    List<SealedEntry> page;
    do {
      page = own.log(text, before, PAGE);
      for (SealedEntry line : page) {
        AuditEntry entry = line.entry();
        table.line(
            line.number(),
            entry.when(),
            entry.who(),
            entry.action(),
            entry.subject(),
            entry.detail(),
            line.seal());
        before = line.number();
      }
    } while (page.size() == PAGE);
  }
}
