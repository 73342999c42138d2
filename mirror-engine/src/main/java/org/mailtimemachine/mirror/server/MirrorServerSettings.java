package org.mailtimemachine.mirror.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.smtp.Patience;
import org.mailtimemachine.mirror.smtp.Protocol;
import org.mailtimemachine.mirror.smtp.ProxySettings;

/**
 * How the mirror stands in the delivery path of a host.
 *
 * @param policy what becomes of a message whose copy cannot be kept
 * @param zone of the host: the mirror mailboxes are scanned when a day begins in it
 * @param toStop how long a text that is being sent may take to end when the process is to end
 * @param metrics port on loopback for figures, where they are wanted
 */
public record MirrorServerSettings(
    MirrorSettings mirrors,
    ProxySettings proxy,
    FailurePolicy policy,
    ZoneId zone,
    Duration toStop,
    Optional<Integer> metrics) {

  private static final String LISTEN = "mtm.mirror.listen";
  private static final String NEXT_HOP = "mtm.mirror.next-hop";
  private static final String PROTOCOL = "mtm.mirror.protocol";
  private static final String POLICY = "mtm.mirror.policy";
  private static final String HOST_NAME = "mtm.mirror.host-name";
  private static final String CLIENTS = "mtm.mirror.clients";
  private static final String LINE = "mtm.mirror.longest-line";
  private static final String STOP = "mtm.mirror.stop-within";
  private static final String METRICS = "mtm.mirror.metrics.port";
  private static final String TRUSTED = "mtm.mirror.next-hop.certificates";
  private static final String KEYS = "mtm.mirror.tls.key-store";
  private static final String KEYS_PASSWORD = "mtm.mirror.tls.password";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^:\\s\\[\\]]+)):([0-9]{1,5})");
  private static final int MOST_PORTS = 65_535;

  /**
   * Reads the settings {@code mtm.mirror...}; see docs/operations.md.
   *
   * @param settings gives the value of a setting, where it has one
   * @return empty where the host has no mirrors
   * @throws IllegalArgumentException where one is wrong; it is named
   */
  public static Optional<MirrorServerSettings> of(Function<String, Optional<String>> settings) {
    Function<String, Optional<String>> set =
        name -> settings.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    return MirrorSettings.of(set)
        .map(
            mirrors ->
                new MirrorServerSettings(
                    mirrors,
                    proxy(set),
                    oneOf(POLICY, set, FailurePolicy.DEFER),
                    zone(set),
                    named(STOP, () -> positive(set.apply(STOP).orElse("PT30S"))),
                    set.apply(METRICS).map(value -> number(METRICS, value, 0, MOST_PORTS))));
  }

  private static ProxySettings proxy(Function<String, Optional<String>> set) {
    return new ProxySettings(
        oneOf(PROTOCOL, set, Protocol.SMTP),
        address(LISTEN, set.apply(LISTEN).orElse("127.0.0.1:10027")),
        address(NEXT_HOP, set.apply(NEXT_HOP).orElse("127.0.0.1:10028")),
        set.apply(HOST_NAME).orElseGet(MirrorServerSettings::ownName),
        set.apply(CLIENTS)
            .map(value -> number(CLIENTS, value, 1, 100_000))
            .orElse(ProxySettings.MOST_CLIENTS),
        set.apply(LINE)
            .map(value -> number(LINE, value, ProxySettings.LONGEST_LINE, 1_000_000_000))
            .orElse(ProxySettings.LONGEST_LINE),
        Patience.DEFAULT,
        set.apply(KEYS)
            .map(
                file -> named(KEYS, () -> tls(Path.of(file), set.apply(KEYS_PASSWORD).orElse("")))),
        set.apply(TRUSTED).map(file -> named(TRUSTED, () -> trusting(Path.of(file)))));
  }

  private static SSLContext trusting(Path certificates) {
    try (InputStream in = Files.newInputStream(certificates)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry(Integer.toString(number), each);
        number++;
      }
      if (number == 0) {
        throw new IllegalArgumentException("no certificate is in " + certificates);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(certificates + " cannot be used: " + e, e);
    }
  }

  private static SSLContext tls(Path file, String password) {
    char[] letters = password.toCharArray();
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, letters);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, letters);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(file + " cannot be used: " + e, e);
    }
  }

  private static String ownName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static ZoneId zone(Function<String, Optional<String>> set) {
    try {
      return set.apply("mtm.zone").map(ZoneId::of).orElseGet(ZoneId::systemDefault);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "mtm.zone: '%s' is no time zone, as Europe/Rome is"
              .formatted(set.apply("mtm.zone").orElse("")),
          e);
    }
  }

  private static InetSocketAddress address(String name, String value) {
    Matcher matcher = ADDRESS.matcher(value);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MOST_PORTS) {
      throw new IllegalArgumentException(
          "%s: '%s' is no address, as 127.0.0.1:10027 is".formatted(name, value));
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new InetSocketAddress(host, Integer.parseInt(matcher.group(3)));
  }

  private static int number(String name, String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s: '%s' is no number from %d to %d".formatted(name, value, least, most));
  }

  private static Duration positive(String value) {
    Duration duration = Duration.parse(value);
    if (duration.isNegative()) {
      throw new IllegalArgumentException("'" + value + "' is no time to wait");
    }
    return duration;
  }

  private static <T extends Enum<T>> T oneOf(
      String name, Function<String, Optional<String>> set, T usual) {
    return set.apply(name)
        .map(
            value -> {
              for (T each : usual.getDeclaringClass().getEnumConstants()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
                  return each;
                }
              }
              throw new IllegalArgumentException("%s: '%s' is none of them".formatted(name, value));
            })
        .orElse(usual);
  }

  private static <T> T named(String name, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
