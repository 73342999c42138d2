package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.authority.OwnNight;
import org.mailtimemachine.admin.nights.NightStatus;
import org.mailtimemachine.admin.nights.NightsOfHost;
import org.mailtimemachine.admin.nights.TakenNights;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;

/** The nights of the host, with what went wrong in them. */
@Named("nightsPage")
@RequestScoped
public class NightsPage {

  private static final System.Logger LOG = System.getLogger(NightsPage.class.getName());

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private NightsOfHost nights;
  @Inject private TakenNights taken;
  @Inject private Texts texts;

  private List<Run> runs = List.of();
  private boolean unreadable;
  private NightStatus status = NightStatus.NONE;

  /** A line of the list. */
  public record Line(
      String url,
      String name,
      String started,
      String took,
      long mailboxes,
      long messages,
      long fresh,
      String freshSize,
      int failed,
      int warnings,
      boolean chosen) {}

  @PostConstruct
  void load() {
    try {
      status = authority.get().ofHost(nights).status();
    } catch (NotYoursException e) {
      status = NightStatus.NONE; // whoever administrates domains takes none
    }
    try {
      runs = taken.runs().stream().sorted(Comparator.comparing(Run::started).reversed()).toList();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The nights of the store cannot be listed", e);
      unreadable = true;
    }
  }

  public boolean isUnreadable() {
    return unreadable;
  }

  private boolean isChosen(Run run) {
    return new Parameters(request).snapshot("name").filter(run.name()::equals).isPresent();
  }

  public List<Line> getLines() {
    List<OwnNight> own = authority.get().nights(runs);
    return IntStream.range(0, runs.size())
        .mapToObj(number -> line(runs.get(number), own.get(number)))
        .toList();
  }

  private Line line(Run run, OwnNight own) {
    return new Line(
        "nights.xhtml?name=" + run.name(),
        texts.shortDay(run.name()),
        texts.moment(run.started()),
        took(Duration.between(run.started(), run.finished())),
        run.mailboxes(),
        run.messages(),
        run.newLinks(),
        texts.size(run.newBytes()),
        own.failed().size(),
        own.warnings().size(),
        isChosen(run));
  }

  private String took(Duration time) {
    return time.toMinutes() > 0
        ? texts.of("nights.took.minutes", time.toMinutes(), time.toSecondsPart())
        : texts.of("nights.took.seconds", time.toMillis() / 1e3);
  }

  /** What is to be known of the night that was chosen. */
  public List<String> getProblems() {
    List<Run> chosen = runs.stream().filter(this::isChosen).toList();
    return authority.get().nights(chosen).stream()
        .flatMap(night -> Sentences.summary(night.problems()).stream())
        .toList();
  }

  public String getChosen() {
    return runs.stream()
        .filter(this::isChosen)
        .map(run -> texts.day(run.name()))
        .findFirst()
        .orElse("");
  }

  /** Whether this server takes them, and can take one now. */
  public boolean isEnabled() {
    return status.enabled();
  }

  /** A take that goes on; empty where none does. */
  public String getGoingOn() {
    return status
        .goingOn()
        .map(run -> texts.of("nights.going", texts.day(run.name()), run.done(), run.total()))
        .orElse("");
  }

  public String getFailure() {
    return status.failure();
  }
}
