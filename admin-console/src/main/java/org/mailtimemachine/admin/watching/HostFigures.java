package org.mailtimemachine.admin.watching;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.mailtimemachine.mailstore.figures.PrometheusText;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.snapshot.CheckRecord;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.StoreCondition;

/**
 * Writes a {@link HostState} as figures for Prometheus. A figure that nobody knows now has no
 * value; no label ever holds an address or a name of a Mailbox.
 */
final class HostFigures {

  private final HostState state;
  private final PrometheusText text = new PrometheusText("mtm_");

  private HostFigures(HostState state) {
    this.state = state;
  }

  /**
   * Writes them.
   *
   * @param nightsKept how many days a night is kept
   * @param signIns by application, and in it by way and result
   */
  static String text(
      HostState state,
      Collection<Finding> health,
      int nightsKept,
      Map<String, Map<String, Long>> signIns) {
    HostFigures figures = new HostFigures(state);
    figures.health(health);
    figures.store(nightsKept);
    figures.night();
    figures.check();
    figures.indexing();
    state.desk().ifPresent(figures::desk);
    figures.mailServers();
    state.mirror().ifPresent(figures::mirrors);
    figures.signIns(signIns);
    return figures.text.toString();
  }

  private void health(Collection<Finding> health) {
    Map<String, Double> up = new LinkedHashMap<>();
    health.forEach(each -> up.put(PrometheusText.label("check", each.name()), truth(each.up())));
    text.gauge("health_up", "Whether each check of the health of this host is well: 1 or 0.", up);
  }

  private void store(int nightsKept) {
    text.gauge(
        "store_up",
        "Whether the store can be used as this server wants to: 1 or 0.",
        truth(state.storeProblem().isEmpty()));
    store(
        "store_size_bytes", "Size of the file system of the store.", each -> each.space().bytes());
    store(
        "store_free_bytes",
        "What is free there, without what is reserved for root.",
        each -> each.space().availableBytes());
    store(
        "store_inodes",
        "Inodes of that file system; 0 where it has no limit.",
        each -> each.space().inodes());
    store(
        "store_free_inodes", "Inodes that are free there.", each -> each.space().availableInodes());
    store(
        "store_unreadable_records",
        "Takes whose record cannot be read; their snapshots are there.",
        each -> each.unreadable().size());
    store(
        "nights_kept",
        "Nights of all mailboxes that are in the store.",
        each -> each.nights().size());
    store(
        "nights_missed",
        "Nights that are missing among those before today that would still be kept.",
        each -> each.missed(state.today(), nightsKept));
    store(
        "take_running",
        "Whether a take goes on, of a night or by hand: 1 or 0.",
        each -> truth(each.goingOn().isPresent()));
  }

  private void store(String name, String help, ToDoubleFunction<StoreCondition> value) {
    gauge(name, help, state.store(), value);
  }

  private void night() {
    night(
        "night_start_timestamp_seconds",
        "When the last night of all mailboxes began, since 1970.",
        each -> seconds(each.started()));
    night(
        "night_end_timestamp_seconds",
        "When it ended, since 1970.",
        each -> seconds(each.finished()));
    night(
        "night_duration_seconds",
        "How long it took.",
        each -> Duration.between(each.started(), each.finished()).toMillis() / 1e3);
    night("night_mailboxes", "Mailboxes that it has.", Run::mailboxes);
    night("night_new_mailboxes", "Of these, those that had no snapshot before.", Run::newMailboxes);
    night(
        "night_failed_mailboxes",
        "Mailboxes that it should have and lacks.",
        each -> each.failed().size());
    night("night_messages", "Messages that it has.", Run::messages);
    night(
        "night_new_messages",
        "Of these, messages that were new to the store: links or copies that were made.",
        Run::newLinks);
    night("night_new_bytes", "Bytes of the new messages.", Run::newBytes);
    night("night_warnings", "What was left out or looks wrong.", each -> each.warnings().size());
  }

  private void night(String name, String help, ToDoubleFunction<Run> value) {
    gauge(name, help, state.store().flatMap(StoreCondition::lastNight), value);
  }

  private void check() {
    check(
        "check_end_timestamp_seconds",
        "When the last nightly check ended, since 1970.",
        each -> seconds(each.finished()));
    check("check_findings", "What it found damaged.", CheckRecord::findings);
    check("check_read_messages", "Messages that it read.", each -> each.outcome().read());
    check("check_read_bytes", "Bytes of these.", each -> each.outcome().bytes());
  }

  private void check(String name, String help, ToDoubleFunction<CheckRecord> value) {
    gauge(name, help, state.store().flatMap(StoreCondition::lastCheck), value);
  }

  private <T> void gauge(String name, String help, Optional<T> known, ToDoubleFunction<T> value) {
    text.gauge(
        name, help, known.map(each -> Map.of("", value.applyAsDouble(each))).orElse(Map.of()));
  }

  private void indexing() {
    text.gauge(
        "catalogue_messages",
        "Messages in the catalogue, as its database estimates.",
        state.catalogued());
    text.gauge(
        "indexing_lag_seconds",
        "For how long the catalogue has not had all of the store.",
        seconds(state.at()) - seconds(state.caughtUp().orElse(state.watchedSince())));
  }

  private void desk(DeskFigures.Totals desk) {
    Map<String, Double> requests = new LinkedHashMap<>();
    Arrays.stream(RequestState.values())
        .filter(each -> each != RequestState.DRAFT)
        .forEach(
            each ->
                requests.put(
                    PrometheusText.label("state", each.name().toLowerCase(Locale.ROOT)),
                    (double) desk.requests().getOrDefault(each, 0L)));
    text.gauge("restore_requests", "Restore requests in each state.", requests);
    text.counter("restore_messages_total", "Messages that were put back.", desk.messages());
    text.counter("restore_bytes_total", "Bytes of these.", desk.bytes());
    text.counter(
        "restore_seconds_total",
        "From the confirmation to the end of all restores.",
        desk.time().toSeconds());
    text.gauge("letters_waiting", "Letters that are to be sent.", desk.letters());
    text.gauge(
        "letters_failing",
        "Of these, letters that could not be sent at least once.",
        desk.failing());
  }

  private void mailServers() {
    Map<String, Double> up = new LinkedHashMap<>();
    state
        .mailServers()
        .forEach((use, reached) -> up.put(PrometheusText.label("use", use), truth(reached)));
    text.gauge("mail_server_up", "Whether a mail server takes connections: 1 or 0.", up);
  }

  private void mirrors(HostState.Mirrors mirrors) {
    text.gauge(
        "mirror_up",
        "Whether the process that mirrors goes on: 1 or 0. It has figures of its own.",
        truth(mirrors.running()));
    text.gauge("mirrors", "Mirrors that want copies.", mirrors.inForce());
  }

  private void signIns(Map<String, Map<String, Long>> signIns) {
    Map<String, Double> counts = new LinkedHashMap<>();
    signIns.forEach(
        (application, ofIt) ->
            ofIt.forEach(
                (key, count) -> {
                  List<String> words = List.of(key.split(" ", 2));
                  counts.put(
                      PrometheusText.label(
                          "application",
                          application,
                          "way",
                          words.getFirst(),
                          "result",
                          words.getLast()),
                      (double) count);
                }));
    text.counter(
        "sign_ins_total",
        "Attempts to sign in since the server began; of programs each request is one.",
        counts);
  }

  private static double truth(boolean is) {
    return is ? 1 : 0;
  }

  private static double seconds(Instant moment) {
    return moment.toEpochMilli() / 1e3;
  }

  /** Which build this is, as a figure that is always 1. */
  static String build(Optional<String> version) {
    PrometheusText text = new PrometheusText("mtm_");
    text.gauge(
        "build_info",
        "Which build runs on which Java.",
        Map.of(
            PrometheusText.label(
                "version",
                version.orElse("unknown"),
                "java",
                Integer.toString(Runtime.version().feature())),
            1.0));
    return text.toString();
  }
}
