package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/** Mailboxes and how many days there are of each. */
@Named("mailboxesPage")
@RequestScoped
public class MailboxesPage {

  private static final System.Logger LOG = System.getLogger(MailboxesPage.class.getName());

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private String text = "";
  private boolean unreadable;
  private List<Line> lines = List.of();
  private Pager pager = new Pager("", 0, 0);

  /** A line of the list. */
  public record Line(String address, String url, int days, String newest, long messages) {}

  @PostConstruct
  void load() {
    Parameters parameters = new Parameters(request);
    text = parameters.text("text");
    try {
      List<MailboxAddress> found = authority.get().mailboxes(text);
      pager =
          new Pager(
              "mailboxes.xhtml?text=" + Parameters.encoded(text) + "&",
              parameters.page(),
              found.size());
      lines = found.stream().skip(pager.offset()).limit(Pager.SIZE).map(this::line).toList();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The mailboxes of the store cannot be listed", e);
      unreadable = true;
    }
  }

  private Line line(MailboxAddress mailbox) {
    String url = "mailbox.xhtml?address=" + Parameters.encoded(mailbox.toString());
    try {
      List<SnapshotSummary> days = authority.get().days(mailbox);
      SnapshotSummary newest = days.getFirst();
      return new Line(
          mailbox.toString(), url, days.size(), texts.shortDay(newest.name()), newest.messages());
    } catch (NotYoursException e) {
      return new Line(mailbox.toString(), url, 0, "", 0); // its last day has just expired
    }
  }

  public String getText() {
    return text;
  }

  /** Whether the Store cannot be read now. */
  public boolean isUnreadable() {
    return unreadable;
  }

  public List<Line> getLines() {
    return lines;
  }

  public Pager getPager() {
    return pager;
  }
}
