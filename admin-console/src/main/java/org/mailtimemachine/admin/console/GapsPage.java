package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mailtimemachine.admin.authority.GapAuthority;
import org.mailtimemachine.admin.authority.OneGap;
import org.mailtimemachine.admin.authority.OwnAuthority;

/** Messages that went on without their copies, and what was done about each. */
@Named("gapsPage")
@RequestScoped
public class GapsPage {

  private static final System.Logger LOG = System.getLogger(GapsPage.class.getName());

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private GapAuthority.State state = GapAuthority.State.OPEN;
  private String text = "";
  private boolean unreadable;
  private List<OneGap> gaps = List.of();
  private Pager pager = new Pager("", 0, 0);

  /**
   * A line of the list.
   *
   * @param queueId a dash where the mail server did not tell
   * @param looked who looked after it and when; empty where nobody did
   */
  public record Line(
      String id,
      String time,
      String queueId,
      String sender,
      String recipients,
      String cause,
      boolean open,
      String note,
      String looked) {}

  @PostConstruct
  void load() {
    Parameters parameters = new Parameters(request);
    state =
        Stream.of(GapAuthority.State.values())
            .filter(each -> word(each).equals(parameters.text("state")))
            .findFirst()
            .orElse(GapAuthority.State.OPEN);
    text = parameters.text("text");
    if (!authority.hasMirrors()) {
      return;
    }
    try {
      List<OneGap> found = authority.gaps().gaps(state, text);
      pager = Pager.within("gaps.xhtml?" + query() + "&", parameters.page(), found.size());
      gaps = found.stream().skip(pager.offset()).limit(Pager.SIZE).toList();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The gaps of the mirrors cannot be read", e);
      unreadable = true;
    }
  }

  private static String word(GapAuthority.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private String query() {
    return "state=%s&text=%s".formatted(word(state), Parameters.encoded(text));
  }

  /** Where this list is, for the form that leads back to it. */
  public String getPlace() {
    return query() + "&page=" + pager.page();
  }

  public List<Line> getLines() {
    return gaps.stream().map(this::line).toList();
  }

  private Line line(OneGap gap) {
    return new Line(
        gap.id(),
        texts.moment(gap.gap().time()),
        gap.gap().queueId().isEmpty() ? "–" : gap.gap().queueId(),
        gap.gap().sender().isEmpty() ? texts.of("gaps.bounce") : gap.gap().sender(),
        gap.recipients().isEmpty() ? texts.of("gaps.nobody") : String.join(", ", gap.recipients()),
        gap.gap().cause(),
        gap.open(),
        gap.followUp().map(each -> each.note()).orElse(""),
        gap.followUp()
            .map(each -> texts.of("holds.by", each.who(), texts.moment(each.when())))
            .orElse(""));
  }

  /** What can be asked for. */
  public List<String> getStates() {
    return Stream.of(GapAuthority.State.values()).map(GapsPage::word).toList();
  }

  public String getState() {
    return word(state);
  }

  public String getText() {
    return text;
  }

  /** Whether the host has mirrors at all. */
  public boolean isWanted() {
    return authority.hasMirrors();
  }

  /** Whether the register or the gaps cannot be read now. */
  public boolean isUnreadable() {
    return unreadable;
  }

  public Pager getPager() {
    return pager;
  }
}
