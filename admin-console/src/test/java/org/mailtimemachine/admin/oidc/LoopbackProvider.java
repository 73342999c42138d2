package org.mailtimemachine.admin.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** A provider that gives whatever token a test wants of it, for every code. */
final class LoopbackProvider implements AutoCloseable {

  static final String CLIENT = "console";

  private final HttpServer server;
  private final RsaJsonWebKey key;
  final Map<String, Object> discovery = new LinkedHashMap<>();
  final Map<String, Object> claims = new LinkedHashMap<>();

  /** What is changed of the token before it is signed. */
  Consumer<JsonWebSignature> signing = _ -> {};

  int tokenStatus = 200;

  /** The forms that were sent to the token endpoint. */
  final List<Map<String, String>> asked = new ArrayList<>();

  final List<String> authorizations = new ArrayList<>();

  LoopbackProvider(Instant now) throws IOException, JoseException {
    key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId("one");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    discovery.put("issuer", issuer());
    discovery.put("authorization_endpoint", issuer() + "/authorize?theme=plain");
    discovery.put("token_endpoint", issuer() + "/token");
    discovery.put("jwks_uri", issuer() + "/keys");
    claims.put("iss", issuer());
    claims.put("aud", CLIENT);
    claims.put("sub", "1");
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.getEpochSecond() + 300);
    claims.put("email", "carla@example.test");
    claims.put("email_verified", true);
    server.createContext(
        "/.well-known/openid-configuration", at -> answer(at, 200, JsonUtil.toJson(discovery)));
    server.createContext("/keys", at -> answer(at, 200, new JsonWebKeySet(key).toJson()));
    server.createContext("/token", this::token);
    server.start();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  JsonWebKey key() {
    return key;
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form = new LinkedHashMap<>();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    for (String field : body.split("&", -1)) {
      String[] parts = field.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    asked.add(form);
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(JsonUtil.toJson(claims));
    token.setKey(key.getPrivateKey());
    token.setKeyIdHeaderValue("one");
    token.setAlgorithmHeaderValue("RS256");
    token.setDoKeyValidation(false);
    signing.accept(token);
    try {
      answer(
          exchange,
          tokenStatus,
          JsonUtil.toJson(
              Map.of("access_token", "opaque", "id_token", token.getCompactSerialization())));
    } catch (JoseException e) {
      throw new IOException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
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
