package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.desk.RequestPage;
import org.mailtimemachine.restore.desk.RequestState;

/** The list of Restore requests. */
@Named("requestsPage")
@RequestScoped
public class RequestsPage {

  private static final String OPEN = "open";
  private static final String ALL = "all";

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private String state = OPEN;
  private String mailbox = "";
  private List<RequestLine> lines = List.of();
  private Pager pager = new Pager("", 0, 0);

  @PostConstruct
  void load() {
    Parameters parameters = new Parameters(request);
    mailbox = parameters.text("mailbox");
    String wanted = parameters.text("state");
    state = getStates().contains(wanted) ? wanted : OPEN;
    String address =
        "requests.xhtml?state=" + state + "&mailbox=" + Parameters.encoded(mailbox) + "&";
    int page = parameters.page();
    RequestPage found =
        authority
            .get()
            .requests(states(), mailbox, new Pager(address, page, 0).offset(), Pager.SIZE);
    pager = new Pager(address, page, found.total());
    lines = found.requests().stream().map(each -> RequestLine.of(each, texts)).toList();
  }

  private Set<RequestState> states() {
    return switch (state) {
      case OPEN -> RequestState.allOpen();
      case ALL -> EnumSet.allOf(RequestState.class);
      default -> Set.of(RequestState.valueOf(state));
    };
  }

  /** What can be asked for. */
  public List<String> getStates() {
    return List.of(
        OPEN,
        ALL,
        "PENDING",
        "CONFIRMED",
        "STOPPED",
        "DONE",
        "FAILED",
        "REJECTED",
        "WITHDRAWN",
        "LAPSED",
        "TAKEN_BACK");
  }

  public String getState() {
    return state;
  }

  public String getMailbox() {
    return mailbox;
  }

  public List<RequestLine> getLines() {
    return lines;
  }

  public Pager getPager() {
    return pager;
  }
}
