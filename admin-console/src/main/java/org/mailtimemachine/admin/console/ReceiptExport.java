package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.desk.RequestRefusedException;

/** A Receipt, file by file: names of files, and nothing of what is in them. */
@WebServlet("/receipt.csv")
public class ReceiptExport extends HttpServlet {

  private final transient OwnAuthority authority;

  @Inject
  ReceiptExport(OwnAuthority authority) {
    this.authority = authority;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      UUID id =
          new Parameters(request).id().orElseThrow(() -> new IllegalArgumentException("no id"));
      Authority own = authority.get();
      RestorePlan plan = own.plan(id);
      Receipt receipt = own.receipt(id);
      CsvTable table =
          CsvTable.begin(
              response, "receipt-" + id + ".csv", "folder", "message", "outcome", "detail");
      for (Receipt.Entry entry : receipt.entries()) {
        PlannedFolder folder = plan.folders().get(entry.folder());
        table.line(
            folder.name().text(),
            folder.messages().get(entry.message()).baseName(),
            entry.outcome(),
            entry.text());
      }
    } catch (NotYoursException | RequestRefusedException | IllegalArgumentException e) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
