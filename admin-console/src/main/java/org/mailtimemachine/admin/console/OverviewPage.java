package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.authority.OwnNight;
import org.mailtimemachine.admin.letters.Reach;
import org.mailtimemachine.admin.nights.TakenNights;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestPage;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.snapshot.Run;

/** What an administrator wants to know first: what waits, how the night was, what is wrong. */
@Named("overviewPage")
@RequestScoped
public class OverviewPage {

  private static final System.Logger LOG = System.getLogger(OverviewPage.class.getName());

  /** Less than that is worth a sentence. */
  private static final int FEW_PERCENT = 10;

  private static final Duration SOON = Duration.ofDays(1);
  private static final int SHOWN = 10;
  private static final int HOLDS = 200;

  @Inject private OwnAuthority authority;
  @Inject private TakenNights taken;
  @Inject private Reach reach;
  @Inject private MirrorOverview mirrors;
  @Inject private Preferences preferences;
  @Inject private Texts texts;
  @Inject private Clock clock;

  private RequestPage pending = new RequestPage(List.of(), 0);
  private RequestPage confirmed = new RequestPage(List.of(), 0);
  private RequestPage stopped = new RequestPage(List.of(), 0);
  private Optional<Run> night = Optional.empty();
  private Optional<TakenNights.Disk> disk = Optional.empty();
  private boolean unreadable;

  /**
   * Something to look at.
   *
   * @param url where it can be looked at
   */
  public record Attention(String words, String url) {}

  @PostConstruct
  void load() {
    pending = oldest(RequestState.PENDING);
    confirmed = oldest(RequestState.CONFIRMED);
    stopped = oldest(RequestState.STOPPED);
    try {
      disk = isOfHost() ? taken.disk() : Optional.empty();
      night =
          taken.runs().stream()
              .filter(run -> run.name().nightly())
              .max(Comparator.comparing(Run::started));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The store cannot be looked at", e);
      unreadable = true;
    }
  }

  /** The last of a list that begins with the newest: what lapses next, or hangs longest. */
  private RequestPage oldest(RequestState state) {
    RequestPage newest = authority.get().requests(Set.of(state), "", 0, SHOWN);
    return newest.total() <= SHOWN
        ? newest
        : authority.get().requests(Set.of(state), "", newest.total() - SHOWN, SHOWN);
  }

  public boolean isOfHost() {
    return authority.get().administrator().ofHost();
  }

  public long getPending() {
    return pending.total();
  }

  public long getConfirmed() {
    return confirmed.total();
  }

  public List<RequestLine> getLines() {
    List<FiledRequest> open = new ArrayList<>(confirmed.requests());
    open.addAll(stopped.requests());
    open.addAll(pending.requests());
    return open.stream().map(request -> RequestLine.of(request, texts)).toList();
  }

  public String getNight() {
    return night.map(run -> texts.day(run.name())).orElseGet(() -> texts.of("overview.none"));
  }

  public String getNightDetail() {
    return night
        .map(run -> texts.of("overview.night", run.mailboxes(), run.messages(), run.newLinks()))
        .orElse("");
  }

  public String getDisk() {
    return disk.map(each -> texts.size(each.free())).orElse("–");
  }

  public String getDiskDetail() {
    return disk.map(each -> texts.of("overview.disk", texts.size(each.total()), each.freePercent()))
        .orElse("");
  }

  /** What needs somebody, the worst first. */
  public List<Attention> getAttention() {
    List<Attention> all = new ArrayList<>();
    if (unreadable && isOfHost()) {
      all.add(new Attention(texts.of("attention.store"), "nights.xhtml"));
    }
    for (FiledRequest request : confirmed.requests()) {
      if (!request.problem().isEmpty()) {
        all.add(attention("attention.hindered", request));
      }
    }
    stopped.requests().stream()
        .map(request -> attention("attention.stopped", request))
        .forEach(all::add);
    all.addAll(mirrors.attention());
    LocalDate today = LocalDate.ofInstant(clock.instant(), preferences.zone());
    authority.holds().newest(0, HOLDS).stream()
        .filter(hold -> hold.stands(today) && !hold.isInForce())
        .map(hold -> new Attention(texts.of("attention.hold", hold.subject()), "holds.xhtml"))
        .forEach(all::add);
    Instant soon = clock.instant().plus(SOON);
    for (FiledRequest request : pending.requests()) {
      if (request.until().isBefore(soon)) {
        all.add(attention("attention.soon", request));
      }
    }
    unheard(all);
    if (isOfHost() && !unreadable) {
      nightAttention(all);
    } else {
      night.ifPresent(run -> ownNight(run, all));
    }
    return all;
  }

  private void ownNight(Run run, List<Attention> all) {
    OwnNight own = authority.get().nights(List.of(run)).getFirst();
    String url = "nights.xhtml?name=" + run.name();
    if (!own.failed().isEmpty()) {
      all.add(new Attention(texts.of("attention.own", own.failed().size()), url));
    }
    if (!own.warnings().isEmpty()) {
      all.add(new Attention(texts.of("attention.own.warnings", own.warnings().size()), url));
    }
  }

  /** Requests that nobody was told of: they wait for somebody who happens to look. */
  private void unheard(List<Attention> all) {
    if (!reach.sending()) {
      all.add(new Attention(texts.of("attention.nomail"), "requests.xhtml"));
      return;
    }
    pending.requests().stream()
        .filter(request -> !reach.anybodyFor(request.mailbox().domain()))
        .map(request -> attention("attention.nobody", request))
        .forEach(all::add);
  }

  private Attention attention(String key, FiledRequest request) {
    return new Attention(
        texts.of(key, request.mailbox().toString(), texts.moment(request.until())),
        "request.xhtml?id=" + request.id());
  }

  private void nightAttention(List<Attention> all) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), preferences.zone());
    if (night.filter(run -> run.name().date().equals(today)).isEmpty()) {
      all.add(new Attention(texts.of("attention.nonight"), "nights.xhtml"));
    }
    night
        .filter(run -> !run.complete())
        .ifPresent(
            run ->
                all.add(
                    new Attention(
                        texts.of("attention.failed", run.failed().size()),
                        "nights.xhtml?name=" + run.name())));
    night
        .filter(run -> !run.warnings().isEmpty())
        .ifPresent(
            run ->
                all.add(
                    new Attention(
                        texts.of("attention.warnings", run.warnings().size()),
                        "nights.xhtml?name=" + run.name())));
    disk.filter(each -> each.freePercent() < FEW_PERCENT)
        .ifPresent(_ -> all.add(new Attention(texts.of("attention.disk"), "nights.xhtml")));
  }
}
