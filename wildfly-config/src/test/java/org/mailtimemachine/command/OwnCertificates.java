package org.mailtimemachine.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority of our own, and the certificate of {@code localhost} that it has signed. */
final class OwnCertificates {

  private static final char[] PASSWORD = "of-a-test".toCharArray();
  private static final String HOST = "localhost";

  private final Path directory;
  private final KeyStore keys;

  private OwnCertificates(Path directory, KeyStore keys) {
    this.directory = directory;
    this.keys = keys;
  }

  /**
   * Makes them.
   *
   * @param directory is made, and gets key and certificate as mail servers read them
   */
  static OwnCertificates make(Path directory) throws IOException, GeneralSecurityException {
    Files.createDirectories(directory);
    keytool(directory, "-alias", "authority", "-dname", "CN=An authority", "-ext", "bc:c");
    keytool(
        directory,
        "-alias",
        HOST,
        "-dname",
        "CN=" + HOST,
        "-ext",
        "san=dns:" + HOST,
        "-signer",
        "authority");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("keys"))) {
      keys.load(in, PASSWORD);
    }
    OwnCertificates made = new OwnCertificates(directory, keys);
    made.write();
    return made;
  }

  private static void keytool(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", directory.resolve("keys").toString()));
    command.addAll(List.of(arguments));
    try {
      HostProgram.run(command, directory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keys were made in " + directory, e);
    }
  }

  private void write() throws IOException, GeneralSecurityException {
    Key key = keys.getKey(HOST, PASSWORD);
    Files.writeString(directory.resolve("key.pem"), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(
        directory.resolve("certificate.pem"),
        pem("CERTIFICATE", keys.getCertificate(HOST).getEncoded()));
    try (OutputStream out = Files.newOutputStream(trustStore())) {
      trusted().store(out, PASSWORD);
    }
  }

  private KeyStore trusted() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setCertificateEntry("authority", keys.getCertificate("authority"));
    return store;
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
  }

  private Path trustStore() {
    return directory.resolve("trusted");
  }

  /** Options of a JVM that believes this authority and no other. */
  String jvmOptions() {
    return "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
        .formatted(trustStore(), new String(PASSWORD));
  }

  /** The same for this JVM. */
  SSLContext trusting() throws IOException, GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /**
   * Lines of Dovecot's configuration, with which it offers STARTTLS, and TLS from the first byte.
   *
   * @param imapsPort for the latter
   */
  String forDovecot(int imapsPort) {
    return """
        ssl = yes
        ssl_cert = <%1$s/certificate.pem
        ssl_key = <%1$s/key.pem
        service imap-login {
          inet_listener imaps {
            port = %2$d
            ssl = yes
          }
        }
        """
        .formatted(directory, imapsPort);
  }
}
