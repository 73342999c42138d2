package org.mailtimemachine.admin.watching;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import java.lang.management.ManagementFactory;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * What the server tells balancers and supervisors at its management port: names and states, nothing
 * else, since anybody may ask there. Only what another server would do better makes this one not
 * ready; a missed night or a mail server that is away is no reason to keep users from their mail.
 */
@ApplicationScoped
class Probes {

  private volatile boolean started;

  void start(@Observes Startup event) {
    started = true;
  }

  /** Whether a restart would help. */
  @Produces
  @Liveness
  @ApplicationScoped
  HealthCheck threads() {
    return () ->
        probe("threads", ManagementFactory.getThreadMXBean().findDeadlockedThreads() == null);
  }

  /** Whether the tables are in place and the settings valid: otherwise nothing of this is there. */
  @Produces
  @org.eclipse.microprofile.health.Startup
  @ApplicationScoped
  HealthCheck console() {
    return () -> probe("console", started);
  }

  /** Whether pages can be answered. */
  @Produces
  @Readiness
  @ApplicationScoped
  HealthCheck database(WatchedHost host) {
    return () -> probe("database", host.databaseAnswers());
  }

  /** Whether days can be opened, and nights taken where this server takes them. */
  @Produces
  @Readiness
  @ApplicationScoped
  HealthCheck store(WatchedHost host) {
    return () -> probe("store", host.storeProblem().isEmpty());
  }

  private static HealthCheckResponse probe(String name, boolean up) {
    return HealthCheckResponse.named(name).status(up).build();
  }
}
