package org.mailtimemachine.admin.oidc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the settings say of an OpenID Connect provider.
 *
 * @param issuer exactly as the provider spells it
 * @param clientId what the provider knows the console by
 * @param secret what proves that to it; empty for a client without one
 * @param claim by which an administrator is recognised: {@link #EMAIL} by the address of the
 *     account, if the provider has verified it; any other by the name of the account
 * @param secondFactorThere whether the provider asks for a second factor, so that accounts with one
 *     of the console's may sign in without it
 * @param name what people call the provider
 * @param returnTo where it sends them back to; registered there
 */
public record OidcSettings(
    URI issuer,
    String clientId,
    Optional<String> secret,
    String claim,
    boolean secondFactorThere,
    String name,
    URI returnTo) {

  /** The claim that needs to be verified. */
  static final String EMAIL = "email";

  private static final String ISSUER = "mtm.oidc.provider-url";

  /**
   * Reads them; empty where no provider is set.
   *
   * @param settings gives the value of a setting, where it has one
   * @throws IllegalArgumentException where one is wrong or missing; it is named
   */
  public static Optional<OidcSettings> of(Function<String, Optional<String>> settings) {
    return settings
        .apply(ISSUER)
        .map(
            issuer ->
                new OidcSettings(
                    secure(ISSUER, issuer),
                    required(settings, "mtm.oidc.client-id"),
                    settings.apply("mtm.oidc.client-secret-file").map(OidcSettings::secret),
                    settings.apply("mtm.oidc.claim").orElse(EMAIL),
                    settings.apply("mtm.oidc.second-factor").map(OidcSettings::there).orElse(false),
                    settings
                        .apply("mtm.oidc.name")
                        .orElseGet(() -> String.valueOf(URI.create(issuer).getHost())),
                    returnTo(required(settings, "mtm.console.url"))));
  }

  private static String required(Function<String, Optional<String>> settings, String name) {
    return settings
        .apply(name)
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () -> new IllegalArgumentException(name + " is not set, but " + ISSUER + " is"));
  }

  private static URI returnTo(String console) {
    return URI.create(console.endsWith("/") ? console : console + "/").resolve("oidc/return");
  }

  private static boolean there(String text) {
    return switch (text) {
      case "provider" -> true;
      case "console" -> false;
      default ->
          throw new IllegalArgumentException(
              "mtm.oidc.second-factor must be provider or console, not " + text);
    };
  }

  private static String secret(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "mtm.oidc.client-secret-file: " + file + " cannot be read", e);
    }
  }

  /**
   * An address to which secrets may be sent: by TLS, or on this machine.
   *
   * @throws IllegalArgumentException for any other
   */
  static URI secure(String what, String text) {
    try {
      URI address = URI.create(text);
      if (address.getHost() != null
          && ("https".equals(address.getScheme())
              || ("http".equals(address.getScheme()) && isLoopback(address.getHost())))) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(what + " is no https address: " + text);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
