package org.mailtimemachine.admin.console;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A table as a file for a spreadsheet (RFC 4180, UTF-8). What begins like a formula does not stay
 * one: much of it was written by users.
 */
final class CsvTable {

  /** The last four are full-width: spreadsheets of some languages take them for the others. */
  private static final String FORMULA = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

  private final PrintWriter out;

  private CsvTable(PrintWriter out) {
    this.out = out;
  }

  static CsvTable begin(HttpServletResponse response, String name, String... columns)
      throws IOException {
    response.setContentType("text/csv; charset=UTF-8");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
    response.setHeader("Cache-Control", "no-store");
    CsvTable table = new CsvTable(response.getWriter());
    table.line((Object[]) columns);
    return table;
  }

  void line(Object... cells) {
    out.print(
        Arrays.stream(cells).map(cell -> cell(cell.toString())).collect(Collectors.joining(",")));
    out.print("\r\n");
  }

  static String cell(String text) {
    boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    return "\"" + (formula ? "'" : "") + text.replace("\"", "\"\"") + "\"";
  }
}
