package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.stream.Collectors;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.ChargePage;

/** What is owed for restores. */
@Named("chargesPage")
@RequestScoped
public class ChargesPage {

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Preferences preferences;
  @Inject private Texts texts;

  private String mailbox = "";
  private String month = "";
  private ChargePage found = new ChargePage(List.of(), 0, List.of());
  private Pager pager = new Pager("", 0, 0);

  /** A line of the list. */
  public record Line(
      String url,
      String mailbox,
      String confirmed,
      long messages,
      String size,
      String amount,
      boolean withdrawn) {}

  @PostConstruct
  void load() {
    Parameters parameters = new Parameters(request);
    mailbox = parameters.text("mailbox");
    Month wanted = Month.of(parameters.text("month"), preferences.zone());
    month = wanted.text();
    Pager empty = new Pager("charges.xhtml?" + query() + "&", parameters.page(), 0);
    found =
        authority
            .terms()
            .charges(mailbox, wanted.from(), wanted.to(), true, empty.offset(), Pager.SIZE);
    pager = new Pager(empty.address(), empty.page(), found.total());
  }

  private String query() {
    return "mailbox=" + Parameters.encoded(mailbox) + "&month=" + month;
  }

  public String getMailbox() {
    return mailbox;
  }

  public String getMonth() {
    return month;
  }

  public List<Line> getLines() {
    return found.charges().stream().map(this::line).toList();
  }

  private Line line(Charge charge) {
    return new Line(
        "request.xhtml?id=" + charge.request(),
        charge.mailbox().toString(),
        texts.moment(charge.confirmed()),
        charge.messages(),
        texts.size(charge.bytes()),
        texts.money(charge.amount()),
        charge.withdrawn().isPresent());
  }

  /** What all of it comes to; empty where nothing is owed. */
  public String getSum() {
    return found.sums().stream().map(texts::money).collect(Collectors.joining(", "));
  }

  public String getExport() {
    return "charges.csv?" + query();
  }

  public Pager getPager() {
    return pager;
  }
}
