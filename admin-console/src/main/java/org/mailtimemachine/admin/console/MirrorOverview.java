package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.admin.authority.MirrorState;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;

/** How the mirrors are, in short; what needs somebody. */
@Named("mirrorOverview")
@RequestScoped
public class MirrorOverview {

  private static final System.Logger LOG = System.getLogger(MirrorOverview.class.getName());

  /** The spool is emptied all the time; longer than that something is in its way. */
  private static final Duration LONG = Duration.ofMinutes(5);

  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private Optional<MirrorState> state = Optional.empty();
  private boolean damaged;
  private boolean unreadable;
  private long gaps;

  @PostConstruct
  void load() {
    if (!authority.hasMirrors()) {
      return;
    }
    try {
      gaps = authority.gaps().open();
      state = Optional.of(authority.mirrorState());
      damaged = authority.mirrors().damaged();
    } catch (NotYoursException e) {
      state = Optional.empty(); // the process is the host's
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The mirrors cannot be looked at", e);
      unreadable = true;
    }
  }

  /** Whether there is something to show. */
  public boolean isShown() {
    return state.isPresent();
  }

  /** In a word or two. */
  public String getState() {
    return state.map(each -> texts.of("mirror." + word(each))).orElse("");
  }

  private static String word(MirrorState state) {
    if (state.running()) {
      return "runs";
    }
    return state.written().isPresent() ? "silent" : "stopped";
  }

  /** What it counts; empty where it does not. */
  public String getDetail() {
    return state
        .filter(MirrorState::running)
        .map(
            each ->
                texts.of(
                    "mirror.figures",
                    each.copiedToday(),
                    each.waiting(),
                    each.deferrals(),
                    texts.moment(each.since())))
        .orElse("");
  }

  /** What needs somebody, the worst first. */
  List<OverviewPage.Attention> attention() {
    List<OverviewPage.Attention> all = new ArrayList<>();
    if (unreadable) {
      all.add(about("attention.mirror.unreadable"));
    }
    if (damaged) {
      all.add(about("attention.mirror.damaged"));
    }
    state
        .filter(each -> !each.running() && each.inForce() > 0)
        .ifPresent(each -> all.add(about("attention.mirror." + word(each))));
    state
        .filter(each -> each.running() && each.lag().compareTo(LONG) > 0)
        .ifPresent(each -> all.add(about("attention.mirror.lag", each.lag().toMinutes())));
    if (gaps > 0) {
      all.add(new OverviewPage.Attention(texts.of("attention.gaps", gaps), "gaps.xhtml"));
    }
    return all;
  }

  private OverviewPage.Attention about(String key, Object... values) {
    return new OverviewPage.Attention(texts.of(key, values), "mirrors.xhtml");
  }
}
