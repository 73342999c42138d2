package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.mailtimemachine.admin.oidc.OidcProvider;
import org.mailtimemachine.admin.oidc.OidcSettings;

/** The OpenID Connect provider that the settings name, if they do. */
@ApplicationScoped
class ProviderOfHost {

  private final Optional<OidcProvider> provider;

  ProviderOfHost() { // for the container's proxy
    this.provider = Optional.empty();
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException where one is wrong
   */
  @Inject
  ProviderOfHost(Config config, Clock clock) {
    this.provider =
        OidcSettings.of(name -> config.getOptionalValue(name, String.class))
            .map(settings -> new OidcProvider(settings, clock));
  }

  /** So that the server does not start where a setting is wrong. */
  void start(@Observes Startup event) {}

  Optional<OidcProvider> provider() {
    return provider;
  }
}
