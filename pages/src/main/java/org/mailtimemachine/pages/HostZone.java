package org.mailtimemachine.pages;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the host's clock is, by which days are named. Safe for use by several threads. */
@ApplicationScoped
public class HostZone {

  private final ZoneId zone;

  @SuppressWarnings("NullAway") // for the container's proxy
  HostZone() {
    this.zone = null;
  }

  /** By {@code mtm.zone}; what cannot be read stops the server elsewhere, with its reason. */
  @Inject
  HostZone(@ConfigProperty(name = "mtm.zone") Optional<String> name) {
    this.zone = name.flatMap(HostZone::named).orElseGet(ZoneId::systemDefault);
  }

  /** The zone. */
  public ZoneId get() {
    return zone;
  }

  /** A zone by its name; empty where there is none of that name. */
  public static Optional<ZoneId> named(String name) {
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
