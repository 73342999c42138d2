package org.mailtimemachine.admin.watching;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.StoreCondition;
import org.mailtimemachine.snapshot.StoreCondition.Symptom;
import org.mailtimemachine.snapshot.StoreCondition.Trouble;

/** Decides what of a {@link HostState} somebody should look after: a pure function of it. */
final class HostHealth {

  /** A first night of a large host is indexed for so long, and nothing is wrong. */
  static final Duration LONG_INDEXING = Duration.ofHours(2);

  private HostHealth() {}

  /** Everything that was looked at; what nobody can know now is left out. */
  static List<Finding> of(HostState state) {
    List<Finding> all = new ArrayList<>();
    all.add(finding("database", state.databaseAnswers(), "the database does not answer"));
    all.add(finding("store", state.storeProblem().isEmpty(), state.storeProblem().orElse("")));
    if (state.storeProblem().isEmpty()) {
      all.addAll(ofStore(state.store(), state.at()));
    }
    if (state.databaseAnswers()) {
      all.add(indexing(state));
    }
    state
        .desk()
        .ifPresent(
            desk ->
                all.add(
                    finding(
                        "letters",
                        desk.failing() == 0,
                        "%s could not be sent yet"
                            .formatted(Sentences.count(desk.failing(), "letter")))));
    state.mailServers().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            server ->
                finding(
                    "mail-server-" + server.getKey(),
                    server.getValue(),
                    "the mail server for %s cannot be reached".formatted(server.getKey())))
        .forEach(all::add);
    state.mirror().map(HostHealth::mirror).ifPresent(all::add);
    return all;
  }

  private static List<Finding> ofStore(Optional<StoreCondition> store, Instant now) {
    if (store.isEmpty()) {
      return List.of(new Finding("last-night", false, "no night has been taken yet"));
    }
    List<Symptom> symptoms = store.get().symptoms(now);
    return List.of(
        among(
            "last-night",
            symptoms,
            EnumSet.of(Trouble.NO_NIGHT, Trouble.CLOCK, Trouble.NIGHT_MISSED)),
        among("mailboxes", symptoms, EnumSet.of(Trouble.MAILBOXES_FAILED)),
        among("run-records", symptoms, EnumSet.of(Trouble.RUN_RECORD)),
        among("last-check", symptoms, EnumSet.of(Trouble.DAMAGED)),
        among("disk", symptoms, EnumSet.of(Trouble.DISK_FULL, Trouble.INODES_FULL)));
  }

  private static Finding among(String name, List<Symptom> symptoms, Set<Trouble> troubles) {
    return symptoms.stream()
        .filter(symptom -> troubles.contains(symptom.trouble()))
        .findFirst()
        .map(symptom -> new Finding(name, false, symptom.what() + ": " + symptom.why()))
        .orElse(new Finding(name, true, ""));
  }

  private static Finding indexing(HostState state) {
    Duration behind = Duration.between(state.caughtUp().orElse(state.watchedSince()), state.at());
    return finding(
        "indexing",
        behind.compareTo(LONG_INDEXING) < 0,
        "the catalogue has not caught up with the store for %d minutes"
            .formatted(behind.toMinutes()));
  }

  private static Finding mirror(HostState.Mirrors mirrors) {
    return mirrors.problem().isEmpty()
        ? finding(
            "mirror",
            mirrors.running() || mirrors.inForce() == 0,
            "nobody mirrors: mail waits at the mail server, or goes on without copies")
        : new Finding("mirror", false, mirrors.problem());
  }

  private static Finding finding(String name, boolean up, String otherwise) {
    return new Finding(name, up, up ? "" : otherwise);
  }
}
