package org.mailtimemachine.admin.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailtimemachine.restore.administrator.Administrator;

class OidcProviderTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final String SECRET = "a secret & more, of 32 bytes and more";

  private final OidcAttempt attempt = OidcAttempt.random();
  private LoopbackProvider there;

  @BeforeEach
  void open() throws Exception {
    there = new LoopbackProvider(NOW);
    there.claims.put("nonce", attempt.nonce());
  }

  @AfterEach
  void close() {
    there.close();
  }

  private OidcProvider provider(Optional<String> secret) {
    return new OidcProvider(
        new OidcSettings(
            URI.create(there.issuer()),
            LoopbackProvider.CLIENT,
            secret,
            "email",
            false,
            "Example",
            URI.create("https://mail.example.org/admin/oidc/return")),
        () -> NOW);
  }

  private OidcProvider provider() {
    return provider(Optional.of(SECRET));
  }

  private static Administrator administrator(String name, String email, boolean disabled) {
    return new Administrator(name, email, Locale.ENGLISH, Optional.empty(), disabled);
  }

  @Test
  void theBrowserIsSentThereWithAChallengeAndTheCodeIsExchangedForWhoThatIs() throws Exception {
    assertThat(provider().signInPage(attempt).toString())
        .startsWith(there.issuer() + "/authorize?theme=plain&response_type=code&client_id=console")
        .contains("redirect_uri=https%3A%2F%2Fmail.example.org%2Fadmin%2Foidc%2Freturn")
        .contains("&state=" + attempt.state())
        .contains("&nonce=" + attempt.nonce())
        .contains("&code_challenge=" + attempt.challenge())
        .contains("&code_challenge_method=S256")
        .doesNotContain(attempt.verifier());

    OidcIdentity identity = provider().identity(attempt, "code 1");
    assertThat(identity.said("email")).isEqualTo("carla@example.test");
    assertThat(there.asked.getFirst())
        .containsEntry("code", "code 1")
        .containsEntry("code_verifier", attempt.verifier())
        .doesNotContainKey("client_id");
    assertThat(there.authorizations.getFirst()).startsWith("Basic ");

    provider(Optional.empty()).identity(attempt, "code 2");
    assertThat(there.asked.getLast()).containsEntry("client_id", "console");
    assertThat(there.authorizations.getLast()).isEqualTo("null");
  }

  @Test
  void theChallengeIsThatOfTheStandard() {
    assertThat(new OidcAttempt("", "", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge())
        .isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  }

  @Test
  void anAttemptIsReadBackFromItsTextAndFitsItsOwnAnswerAlone() {
    assertThat(OidcAttempt.of(attempt.text())).contains(attempt);
    assertThat(OidcAttempt.of(null)).isEmpty();
    assertThat(OidcAttempt.of("a.b.c")).isEmpty();
    assertThat(attempt.isAnsweredBy(attempt.state())).isTrue();
    assertThat(attempt.isAnsweredBy(OidcAttempt.random().state())).isFalse();
    assertThat(attempt.isAnsweredBy("")).isFalse();
  }

  private interface Forgery {
    void of(LoopbackProvider there) throws JoseException;
  }

  private record Forged(String name, Forgery forgery) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static void unsigned(JsonWebSignature token) {
    token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
    token.setKey(null);
  }

  static Stream<Forged> forgeries() {
    return Stream.of(
        new Forged("of another attempt", there -> there.claims.put("nonce", "x")),
        new Forged("without a nonce", there -> there.claims.remove("nonce")),
        new Forged("of another provider", there -> there.claims.put("iss", "https://x.example")),
        new Forged("for another client", there -> there.claims.put("aud", "other")),
        new Forged(
            "for two, made for the other",
            there -> {
              there.claims.put("aud", List.of("other", LoopbackProvider.CLIENT));
              there.claims.put("azp", "other");
            }),
        new Forged("over", there -> there.claims.put("exp", NOW.getEpochSecond() - 61)),
        new Forged("without an end", there -> there.claims.remove("exp")),
        new Forged("of nobody", there -> there.claims.remove("sub")),
        new Forged("unsigned", there -> there.signing = OidcProviderTest::unsigned),
        new Forged(
            "signed with the client's secret",
            there ->
                there.signing =
                    token -> {
                      token.setAlgorithmHeaderValue("HS256");
                      token.setKey(new HmacKey(SECRET.getBytes(StandardCharsets.UTF_8)));
                    }),
        new Forged(
            "signed by somebody else",
            there -> {
              var stranger = RsaJwkGenerator.generateJwk(2048).getPrivateKey();
              there.signing = token -> token.setKey(stranger);
            }),
        new Forged("refused", there -> there.tokenStatus = 400));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void aTokenThatIsNotWhatItMustBeLetsNobodyIn(Forged forged) throws Exception {
    forged.forgery().of(there);
    assertThatExceptionOfType(OidcRefusedException.class)
        .isThrownBy(() -> provider().identity(attempt, "code"));
  }

  @Test
  void aProviderThatIsAwayOrAnotherOneIsNotUsed() {
    there.tokenStatus = 503;
    assertThatIOException().isThrownBy(() -> provider().identity(attempt, "code"));
    there.discovery.put("token_endpoint", "http://elsewhere.example/token");
    assertThatIOException()
        .isThrownBy(() -> provider().signInPage(attempt))
        .withMessageContaining("no https address");
    there.discovery.put("issuer", "https://elsewhere.example");
    assertThatIOException()
        .isThrownBy(() -> provider().signInPage(attempt))
        .withMessageContaining("mtm.oidc.provider-url");
    there.close();
    assertThatIOException().isThrownBy(() -> provider().signInPage(attempt));
  }

  @Test
  void whoThatIsSaysTheVerifiedAddressOfOneEnabledAccount() throws Exception {
    Administrator carla = administrator("carla", "Carla@example.test", false);
    Administrator bruno = administrator("bruno", "", false);
    OidcIdentity identity = provider().identity(attempt, "code");

    assertThat(identity.among(List.of(bruno, carla), "email")).contains(carla);
    assertThat(identity.among(List.of(bruno), "email")).isEmpty();
    assertThat(
            identity.among(
                List.of(carla, administrator("other", "carla@example.test", false)), "email"))
        .as("two have it")
        .isEmpty();
    assertThat(identity.among(List.of(administrator("carla", "carla@example.test", true)), "email"))
        .as("disabled")
        .isEmpty();
    there.claims.put("email_verified", false);
    there.claims.put("preferred_username", "bruno");
    OidcIdentity unverified = provider().identity(attempt, "code");
    assertThat(unverified.among(List.of(carla), "email")).isEmpty();
    assertThat(unverified.among(List.of(bruno, carla), "preferred_username")).contains(bruno);
    assertThat(unverified.among(List.of(bruno, carla), "groups")).isEmpty();
    assertThat(
            new OidcIdentity(Map.of("email", "", "email_verified", true))
                .among(List.of(bruno), "email"))
        .as("no address is nobody's")
        .isEmpty();
  }
}
