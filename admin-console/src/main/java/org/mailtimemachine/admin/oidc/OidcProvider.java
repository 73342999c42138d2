package org.mailtimemachine.admin.oidc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The provider that the settings name, asked as OpenID Connect Core 1.0, section 3.1, wants it:
 * code flow with PKCE, ID token checked with the provider's keys. Nobody follows a redirect of it,
 * and no answer may be long. What it says of where it is asked is asked for again every hour; its
 * keys with each sign-in, so that no change of them is ever waited for. Safe for use by several
 * threads.
 */
public final class OidcProvider {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FRESH = Duration.ofHours(1);
  private static final long LONGEST_ANSWER = 1 << 20;
  private static final int CLOCK_SKEW_SECONDS = 60;

  /** Strangers can make it ask: not more than so much at once. */
  private static final int AT_ONCE = 8;

  private record Discovered(URI authorization, URI token, URI keys, Instant when) {}

  private final OidcSettings settings;
  private final InstantSource clock;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private volatile @Nullable Discovered discovered;

  public OidcProvider(OidcSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** What the settings say of it. */
  public OidcSettings settings() {
    return settings;
  }

  /** Where a browser is to be sent. */
  public URI signInPage(OidcAttempt attempt) throws IOException {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("response_type", "code");
    asked.put("client_id", settings.clientId());
    asked.put("redirect_uri", settings.returnTo().toString());
    asked.put("scope", "openid email profile");
    asked.put("state", attempt.state());
    asked.put("nonce", attempt.nonce());
    asked.put("code_challenge", attempt.challenge());
    asked.put("code_challenge_method", "S256");
    URI page = discover().authorization();
    String join = page.getRawQuery() == null ? "?" : "&";
    return URI.create(page + join + form(asked));
  }

  /**
   * Turns the code that a browser brought back into who that is.
   *
   * @throws OidcRefusedException where the provider does not accept the code, or its answer is not
   *     what it must be
   * @throws IOException where the provider cannot be asked
   */
  public OidcIdentity identity(OidcAttempt attempt, String code)
      throws IOException, OidcRefusedException {
    Discovered at = discover();
    Map<String, String> given = new LinkedHashMap<>();
    given.put("grant_type", "authorization_code");
    given.put("code", code);
    given.put("redirect_uri", settings.returnTo().toString());
    given.put("code_verifier", attempt.verifier());
    HttpRequest.Builder request = HttpRequest.newBuilder(at.token());
    if (settings.secret().isPresent()) {
      request.header("Authorization", basic(settings.clientId(), settings.secret().get()));
    } else {
      given.put("client_id", settings.clientId());
    }
    HttpResponse<String> answer =
        ask(
            request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(given))));
    if (answer.statusCode() >= 500) {
      throw new IOException(at.token() + " answers " + answer.statusCode());
    }
    if (answer.statusCode() != 200) {
      throw new OidcRefusedException("the code is refused with " + answer.statusCode());
    }
    if (json(at.token(), answer.body()).get("id_token") instanceof String token) {
      return new OidcIdentity(checked(token, keys(at.keys()), attempt.nonce()));
    }
    throw new OidcRefusedException("there is no ID token in the answer");
  }

  /** OpenID Connect Core 1.0, section 3.1.3.7. */
  private Map<String, Object> checked(String token, JsonWebKeySet keys, String nonce)
      throws OidcRefusedException {
    JwksVerificationKeyResolver resolver = new JwksVerificationKeyResolver(keys.getJsonWebKeys());
    resolver.setDisambiguateWithVerifySignature(true);
    JwtClaims claims;
    try {
      claims =
          new JwtConsumerBuilder()
              // what is signed with a public key, and nothing that the client's secret would open
              .setJwsAlgorithmConstraints(
                  ConstraintType.PERMIT,
                  AlgorithmIdentifiers.RSA_USING_SHA256,
                  AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                  AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
              .setVerificationKeyResolver(resolver)
              .setExpectedIssuer(true, settings.issuer().toString())
              .setExpectedAudience(true, settings.clientId())
              .setRequireSubject()
              .setRequireExpirationTime()
              .setRequireIssuedAt()
              .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
              .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
              .build()
              .processToClaims(token);
    } catch (InvalidJwtException e) {
      throw new OidcRefusedException("the ID token cannot be believed: " + e.getMessage(), e);
    }
    Map<String, Object> all = claims.getClaimsMap();
    if (!(all.get("nonce") instanceof String answered) || !OidcAttempt.same(nonce, answered)) {
      throw new OidcRefusedException("the ID token is of another attempt");
    }
    if (all.containsKey("azp") && !settings.clientId().equals(all.get("azp"))) {
      throw new OidcRefusedException("the ID token was made for " + all.get("azp"));
    }
    return all;
  }

  private JsonWebKeySet keys(URI address) throws IOException {
    try {
      return new JsonWebKeySet(get(address));
    } catch (JoseException e) {
      throw new IOException(address + " has no keys", e);
    }
  }

  private Discovered discover() throws IOException {
    Discovered known = discovered;
    if (known != null && clock.instant().isBefore(known.when().plus(FRESH))) {
      return known;
    }
    String issuer = settings.issuer().toString();
    URI address = URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration");
    Map<String, Object> said = json(address, get(address));
    if (!issuer.equals(said.get("issuer"))) {
      throw new IOException(
          "mtm.oidc.provider-url is %s, but the provider says that it is %s"
              .formatted(issuer, said.get("issuer")));
    }
    Discovered fresh =
        new Discovered(
            endpoint(said, "authorization_endpoint"),
            endpoint(said, "token_endpoint"),
            endpoint(said, "jwks_uri"),
            clock.instant());
    discovered = fresh;
    return fresh;
  }

  private static URI endpoint(Map<String, Object> said, String name) throws IOException {
    try {
      return OidcSettings.secure(name, String.valueOf(said.get(name)));
    } catch (IllegalArgumentException e) {
      throw new IOException("the provider cannot be used: " + e.getMessage(), e);
    }
  }

  private String get(URI address) throws IOException {
    HttpResponse<String> answer = ask(HttpRequest.newBuilder(address));
    if (answer.statusCode() != 200) {
      throw new IOException(address + " answers " + answer.statusCode());
    }
    return answer.body();
  }

  private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException {
    if (!turns.tryAcquire()) {
      throw new IOException("too many ask the provider at once");
    }
    try {
      return client.send(
          request.timeout(PATIENCE).header("Accept", "application/json").build(),
          BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      turns.release();
    }
  }

  private static Map<String, Object> json(URI address, String text) throws IOException {
    try {
      return JsonUtil.parseJson(text);
    } catch (JoseException e) {
      throw new IOException(address + " answers with something else than JSON", e);
    }
  }

  /** RFC 6749, section 2.3.1: both are encoded as in a form before. */
  private static String basic(String client, String secret) {
    String both = encoded(client) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
