package org.mailtimemachine.admin.watching;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.snapshot.StoreCondition;

/**
 * How a host is at a moment: what its health and its figures are made of. Nothing of it is asked of
 * Mailboxes.
 *
 * @param at when it was looked at
 * @param today that is in the zone of the host
 * @param databaseAnswers whether its database does
 * @param storeProblem why the Store cannot be used as this server wants to; empty where it can
 * @param store empty before the first take, and where it cannot be read
 * @param desk empty where the database does not answer
 * @param catalogued Messages in the Catalogue, roughly
 * @param caughtUp up to when the Catalogue has all of the Store; empty before the first turn
 * @param watchedSince when this server began to look
 * @param mailServers whether each mail server can be reached, by what it is for
 * @param mirror empty where the host has no mirrors
 */
record HostState(
    Instant at,
    LocalDate today,
    boolean databaseAnswers,
    Optional<String> storeProblem,
    Optional<StoreCondition> store,
    Optional<DeskFigures.Totals> desk,
    long catalogued,
    Optional<Instant> caughtUp,
    Instant watchedSince,
    Map<String, Boolean> mailServers,
    Optional<Mirrors> mirror) {

  HostState {
    mailServers = Map.copyOf(mailServers);
  }

  /**
   * The mirrors.
   *
   * @param running whether the process that mirrors goes on
   * @param inForce how many mirrors want copies
   * @param problem why they cannot be looked at; empty where they can
   */
  record Mirrors(boolean running, long inForce, String problem) {}
}
