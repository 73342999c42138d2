package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.snapshot.holds.Hold;

/** Legal holds: what stands, what was lifted, and the form for a new one. */
@Named("holdsPage")
@RequestScoped
public class HoldsPage {

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Preferences preferences;
  @Inject private Texts texts;
  @Inject private Clock clock;

  private List<Hold> holds = List.of();
  private Pager pager = new Pager("", 0, 0);
  private Optional<Hold> lifting = Optional.empty();

  /** A line of the list. */
  public record Line(
      UUID id,
      String subject,
      String reason,
      String placed,
      String until,
      boolean stands,
      boolean mayLift,
      String problem,
      String lifted) {}

  @PostConstruct
  void load() {
    int page = new Parameters(request).page();
    pager = Pager.within("holds.xhtml?", page, authority.holds().count());
    holds = authority.holds().newest(pager.offset(), Pager.SIZE);
    Optional<UUID> wanted = new Parameters(request).id();
    if (wanted.isPresent()) {
      try {
        lifting =
            Optional.of(authority.holds().hold(wanted.get()))
                .filter(hold -> hold.lifted().isEmpty() && authority.holds().mayLift(hold));
      } catch (NotYoursException e) {
        lifting = Optional.empty(); // the page without its form
      }
    }
  }

  public List<Line> getLines() {
    LocalDate today = LocalDate.ofInstant(clock.instant(), preferences.zone());
    return holds.stream().map(hold -> line(hold, today)).toList();
  }

  private Line line(Hold hold, LocalDate today) {
    return new Line(
        hold.id(),
        hold.subject(),
        reason(hold, hold.reason()),
        texts.of("holds.by", hold.who(), texts.moment(hold.since())),
        hold.until().map(texts::date).orElseGet(() -> texts.of("holds.until.lifted")),
        hold.stands(today),
        authority.holds().mayLift(hold),
        hold.stands(today) ? problem(hold) : "",
        hold.lifted()
            .map(
                lifted ->
                    texts.of(
                        "holds.lifted.by",
                        lifted.who(),
                        texts.moment(lifted.when()),
                        reason(hold, lifted.reason())))
            .orElse(""));
  }

  private String reason(Hold hold, String reason) {
    return hold.byHost() && !authority.get().administrator().ofHost()
        ? texts.of("holds.host")
        : reason;
  }

  /** Why it does not keep everything; empty where it does. */
  private String problem(Hold hold) {
    if (hold.failing() > 0) {
      return texts.of("holds.failing", hold.failing());
    }
    return hold.isInForce() ? "" : texts.of("holds.waiting");
  }

  public Pager getPager() {
    return pager;
  }

  public boolean isLifting() {
    return lifting.isPresent();
  }

  public String getLiftingId() {
    return lifting.map(hold -> hold.id().toString()).orElse("");
  }

  public String getLiftingTitle() {
    return lifting.map(hold -> texts.of("holds.lift.title", hold.subject())).orElse("");
  }

  /** What a link of a Mailbox's page wants to be held. */
  public String getSubject() {
    return new Parameters(request).text("subject");
  }
}
