package org.mailtimemachine.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect provider on {@code localhost}, which for a browser is another site than {@code
 * 127.0.0.1}. Whoever types an address there is believed to have it; codes are good once, and want
 * the client's secret and the verifier of the challenge.
 */
final class LoopbackOpenId implements AutoCloseable {

  static final String CLIENT = "mtm-console";
  static final String SECRET = "loopback secret";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** What was asked for by whom when a code was given. */
  private record Given(Map<String, String> asked, String email) {}

  private final HttpServer server;
  private final KeyPair keys;
  private final Map<String, Given> codes = new ConcurrentHashMap<>();

  private LoopbackOpenId(HttpServer server, KeyPair keys) {
    this.server = server;
    this.keys = keys;
  }

  static LoopbackOpenId start() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      LoopbackOpenId provider = new LoopbackOpenId(server, generator.generateKeyPair());
      server.createContext("/.well-known/openid-configuration", provider::discovery);
      server.createContext("/keys", provider::keys);
      server.createContext("/authorize", provider::authorize);
      server.createContext("/signed-in", provider::signedIn);
      server.createContext("/token", provider::token);
      server.start();
      return provider;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String issuer() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private void discovery(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        Json.createObjectBuilder()
            .add("issuer", issuer())
            .add("authorization_endpoint", issuer() + "/authorize")
            .add("token_endpoint", issuer() + "/token")
            .add("jwks_uri", issuer() + "/keys")
            .build());
  }

  private void keys(HttpExchange exchange) throws IOException {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    answer(
        exchange,
        200,
        Json.createObjectBuilder()
            .add(
                "keys",
                Json.createArrayBuilder()
                    .add(
                        Json.createObjectBuilder()
                            .add("kty", "RSA")
                            .add("use", "sig")
                            .add("kid", "1")
                            .add("n", encoded(key.getModulus()))
                            .add("e", encoded(key.getPublicExponent()))))
            .build());
  }

  private static String encoded(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return BASE64.encodeToString(
        bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  /** A page that asks who somebody is, and sends what it was asked for along. */
  private void authorize(HttpExchange exchange) throws IOException {
    StringBuilder page = new StringBuilder("<!DOCTYPE html><html lang=en><title>Provider</title>");
    page.append("<form action=/signed-in><label>Address <input name=email></label>");
    form(exchange.getRequestURI().getRawQuery())
        .forEach(
            (name, value) ->
                page.append("<input type=hidden name=%s value=\"%s\">".formatted(name, value)));
    page.append("<button>Sign in</button></form></html>");
    exchange.getResponseHeaders().add("Content-Type", "text/html");
    send(exchange, 200, page.toString());
  }

  private void signedIn(HttpExchange exchange) throws IOException {
    Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
    String code = UUID.randomUUID().toString();
    codes.put(code, new Given(asked, Objects.requireNonNull(asked.get("email"))));
    exchange
        .getResponseHeaders()
        .add(
            "Location",
            "%s?code=%s&state=%s"
                .formatted(
                    asked.get("redirect_uri"),
                    code,
                    URLEncoder.encode(asked.get("state"), StandardCharsets.UTF_8)));
    exchange.sendResponseHeaders(303, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String client = CLIENT + ":" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8));
    @Nullable Given given = codes.remove(form.getOrDefault("code", ""));
    if (given == null
        || !basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
        || !challenge(form.getOrDefault("code_verifier", ""))
            .equals(given.asked().get("code_challenge"))
        || !Objects.equals(form.get("redirect_uri"), given.asked().get("redirect_uri"))) {
      answer(exchange, 400, Json.createObjectBuilder().add("error", "invalid_grant").build());
      return;
    }
    long now = Instant.now(Clock.systemUTC()).getEpochSecond();
    JsonObject claims =
        Json.createObjectBuilder()
            .add("iss", issuer())
            .add("aud", CLIENT)
            .add("sub", given.email())
            .add("iat", now)
            .add("exp", now + 300)
            .add("nonce", given.asked().get("nonce"))
            .add("email", given.email())
            .add("email_verified", true)
            .build();
    answer(
        exchange,
        200,
        Json.createObjectBuilder()
            .add("access_token", "opaque")
            .add("token_type", "Bearer")
            .add("id_token", signed(claims))
            .build());
  }

  private static String challenge(String verifier) {
    try {
      return BASE64.encodeToString(
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String signed(JsonObject claims) {
    String token = base64("{\"alg\":\"RS256\",\"kid\":\"1\"}") + "." + base64(claims.toString());
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(token.getBytes(StandardCharsets.US_ASCII));
      return token + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> form(String encoded) {
    Map<String, String> fields = new HashMap<>();
    for (String field : encoded.split("&", -1)) {
      String[] parts = field.split("=", 2);
      fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return fields;
  }

  private static void answer(HttpExchange exchange, int status, JsonObject body)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    send(exchange, status, body.toString());
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
