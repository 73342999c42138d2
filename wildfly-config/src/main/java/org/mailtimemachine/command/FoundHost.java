package org.mailtimemachine.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.mailtimemachine.command.doctor.DovecotHost;
import org.mailtimemachine.snapshot.MailHostSurvey;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * What a mail host has, as far as Mail Time Machine needs to know it.
 *
 * @param mail the settings that find its mailboxes, {@code mtm.maildirs} among them
 * @param source in words, how they are found
 * @param survey what was found by them
 * @param dovecot its mail server, where this machine has one
 */
record FoundHost(
    Map<String, String> mail, String source, MailHostSurvey survey, Optional<DovecotHost> dovecot) {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Where mail lies that no Dovecot of this machine tells of: a container's, mostly. */
  private static final List<String> USUAL_PATTERNS =
      List.of(
          "/var/lib/docker/volumes/mailcowdockerized_vmail-vol-1/_data/%d/%n/Maildir",
          "/var/vmail/%d/%n/Maildir",
          "/var/vmail/%d/%n",
          "/home/vmail/%d/%n/Maildir",
          "/home/vmail/%d/%n",
          "/var/mail/vhosts/%d/%n",
          "/var/mail/vmail/%d/%n",
          "/srv/vmail/%d/%n");

  /** The root of all Maildirs. */
  Path root() {
    return MailboxSettings.of(name -> Optional.ofNullable(mail.get(name))).orElseThrow().root();
  }

  /**
   * Looks for the mailboxes.
   *
   * @param maildirs the root of all Maildirs, where it is known
   * @param progress told how many mailboxes were looked at
   * @throws CommandFailed where none is found; what was tried is said
   */
  static FoundHost look(
      Optional<DovecotHost> dovecot,
      Optional<Path> doveadm,
      Optional<Path> maildirs,
      MailHostSurvey.Progress progress) {
    List<DovecotHost.Source> sources = new ArrayList<>();
    dovecot.ifPresent(known -> sources.addAll(known.sources(doveadm)));
    maildirs.ifPresent(
        root ->
            sources.add(
                new DovecotHost.Source(
                    "directories in " + root, Map.of("mtm.maildirs", root.toString()))));
    if (sources.isEmpty()) {
      USUAL_PATTERNS.forEach(
          pattern ->
              sources.add(
                  new DovecotHost.Source(
                      "directories like " + pattern, Map.of("mtm.mailboxes", pattern))));
    }
    List<String> tried = new ArrayList<>();
    for (DovecotHost.Source source : sources) {
      Map<String, String> mail = new LinkedHashMap<>(source.settings());
      maildirs.ifPresent(root -> mail.put("mtm.maildirs", root.toString()));
      try {
        if (!mail.containsKey("mtm.maildirs") && !mail.containsKey("mtm.mailboxes")) {
          Optional<Path> root =
              MailboxSettings.rootOfMail(name -> Optional.ofNullable(mail.get(name)));
          root.ifPresent(path -> mail.put("mtm.maildirs", path.toString()));
        }
        MailHostSurvey survey =
            MailHostSurvey.of(
                MailboxSettings.of(name -> Optional.ofNullable(mail.get(name))).orElseThrow(),
                progress);
        if (survey.mailboxes() > 0) {
          return new FoundHost(mail, source.words(), survey, dovecot);
        }
        tried.add(source.words() + ": no mailbox" + first(survey.failures()));
      } catch (IOException | IllegalArgumentException e) {
        tried.add(source.words() + ": " + e.getMessage());
      }
    }
    String form =
        dovecot
            .flatMap(DovecotHost::otherForm)
            .map(" Dovecot keeps mail as %s here; only Maildirs can be taken."::formatted)
            .orElse("");
    throw new CommandFailed(
        "No mailbox was found.%s Name the directory that all Maildirs lie in: --maildirs ROOT. Tried:%n  %s"
            .formatted(form, String.join(System.lineSeparator() + "  ", tried)));
  }

  private static String first(Map<String, String> failures) {
    return failures.entrySet().stream()
        .findFirst()
        .map(each -> ", and %s: %s".formatted(each.getKey(), each.getValue()))
        .orElse("");
  }

  /** Beside the mail, and on its file system, so that a message is kept by a link. */
  Path storeBeside() throws IOException {
    Path root = root();
    Path parent = root.toRealPath().getParent();
    Path name = root.getFileName();
    if (parent != null
        && name != null
        && Files.getAttribute(parent, "unix:dev").equals(Files.getAttribute(root, "unix:dev"))) {
      return parent.resolve(name + "-snapshots");
    }
    return root.resolve(".snapshots"); // the root of a file system: names with a dot are no domains
  }

  /** Name of the file system that something lies on, or will. */
  static String fileSystem(Path path) throws IOException {
    return Files.getFileStore(nearest(path)).type();
  }

  /** It, or of the directories above it the lowest that is there. */
  static Path nearest(Path path) {
    Path there = path;
    while (Files.notExists(there)) {
      Path parent = there.getParent();
      if (parent == null) {
        throw new CommandFailed(path + " is no absolute path.");
      }
      there = parent;
    }
    return there;
  }

  /**
   * How the mail server can be asked for a password.
   *
   * @param settings of {@code mtm.signin...}
   * @param words what was tried
   */
  record SignIn(Map<String, String> settings, String words) {}

  /** Tries IMAP over TLS by the names of the certificate, then IMAP in clear on loopback. */
  SignIn signIn() {
    List<String> tried = new ArrayList<>();
    for (String name : certificateNames(tried)) {
      String failure = speaksTls(name);
      if (failure.isEmpty()) {
        return new SignIn(
            Map.of("mtm.signin", "imap", "mtm.signin.imap.host", name),
            "IMAP over TLS, %s:993: its certificate is trusted".formatted(name));
      }
      tried.add(name + ":993: " + failure);
    }
    String greeting = greeting(143);
    if (greeting.startsWith("* OK")) {
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("mtm.signin", "imap");
      settings.put("mtm.signin.imap.host", "127.0.0.1");
      settings.put("mtm.signin.imap.security", "none");
      return new SignIn(
          settings,
          "IMAP on 127.0.0.1:143, on this machine only" + (tried.isEmpty() ? "" : "; " + tried));
    }
    tried.add("127.0.0.1:143: " + greeting);
    return new SignIn(
        Map.of("mtm.signin", "imap", "mtm.signin.imap.host", "localhost"),
        "NOT found; set mtm.signin.imap.host. Tried: " + String.join("; ", tried));
  }

  private List<String> certificateNames(List<String> tried) {
    Optional<Path> file = dovecot.filter(DovecotHost::speaksTls).flatMap(DovecotHost::certificate);
    if (file.isEmpty()) {
      return List.of();
    }
    try (InputStream in = Files.newInputStream(file.get())) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      var names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> Integer.valueOf(2).equals(name.getFirst())) // dNSName, RFC 5280
              .map(name -> String.valueOf(name.get(1)))
              .filter(name -> !name.startsWith("*"))
              .toList();
    } catch (IOException | CertificateException e) {
      tried.add("%s: %s".formatted(file.get(), e.getMessage()));
      return List.of();
    }
  }

  /** Nothing where it does; else why not. */
  private static String speaksTls(String name) {
    try (Socket plain = new Socket()) {
      plain.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 993), (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      try (SSLSocket socket =
          (SSLSocket)
              ((SSLSocketFactory) SSLSocketFactory.getDefault())
                  .createSocket(plain, name, 993, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return "";
      }
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** What a server of this machine says first, or why it does not. */
  static String greeting(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      byte[] first = socket.getInputStream().readNBytes(4);
      return new String(first, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The name of this machine as its mail server has it, where there is a Postfix. */
  static Optional<String> postfixName() throws InterruptedException {
    for (String program : List.of("/usr/sbin/postconf", "/usr/local/sbin/postconf")) {
      if (Files.isExecutable(Path.of(program))) {
        try {
          return Stream.of(HostProgram.words(List.of(program, "-h", "myhostname")))
              .map(String::strip)
              .filter(name -> name.matches("[A-Za-z0-9.-]+\\.[A-Za-z0-9.-]+"))
              .findFirst();
        } catch (IOException e) {
          return Optional.empty(); // not set up yet
        }
      }
    }
    return Optional.empty();
  }
}
