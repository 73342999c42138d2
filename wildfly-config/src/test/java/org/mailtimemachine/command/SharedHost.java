package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Store;

/**
 * One {@link TestHost} for all tests of a run, with the mail of the demo, {@link HostileMail}, and,
 * where there is one, the corpus of real messages. Whoever extends a test class with it may have it
 * as a parameter.
 */
final class SharedHost implements BeforeAllCallback, ParameterResolver {

  /** Whose INBOX holds the corpus. */
  static final MailboxAddress CORPUS = MailboxAddress.of("corpus@example.test");

  /** Whose INBOX holds the messages of {@code src/test/resources/reading}. */
  static final MailboxAddress READING = MailboxAddress.of("reading@example.test");

  /** The running host and who can sign in to it. */
  record Running(
      TestHost host, MadeUpPasswords passwords, List<Path> corpus, LoopbackOpenId provider)
      implements AutoCloseable {

    String password(MailboxAddress mailbox) {
      String password = passwords.byAddress().get(mailbox);
      if (password == null) {
        throw new IllegalArgumentException("no such mailbox: " + mailbox);
      }
      return password;
    }

    @Override
    public void close() throws IOException {
      host.close();
      provider.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Running.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return running(context);
  }

  /** The one of the run, started where it is not there yet. */
  static Running running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedHost.class))
        .getOrComputeIfAbsent(Running.class, key -> start(), Running.class);
  }

  private static Running start() {
    try {
      Path directory = TestHost.testDirectory().resolve("shared");
      FileTree.delete(directory);
      DemoDirectory demo = DemoDirectory.open(directory);
      Clock clock = Clock.system(ZoneOffset.UTC);
      Progress silent = new Progress(new PrintWriter(Writer.nullWriter()));
      new MadeUpMail(clock).prepare(demo, silent);
      List<Path> corpus = messages(Path.of(System.getProperty("mtm.corpus")));
      deliver(corpus, CORPUS, demo.mail());
      deliver(messages(Path.of("src", "test", "resources", "reading")), READING, demo.mail());
      HostileMail.deliver(demo.mail());
      TestHost.takeSnapshotByHand(demo.path(), demo.mail(), clock);
      MadeUpPasswords passwords;
      try (Store store = Store.open(demo.store())) {
        passwords = MadeUpPasswords.of(store.mailboxes(), demo.credentials());
      }
      passwords.writePasswdFile(demo.passwdFile());
      Properties signIn = new Properties();
      signIn.setProperty("mtm.signin", "passwd-file");
      signIn.setProperty("mtm.signin.passwd-file", demo.passwdFile().toString());
      LoopbackMailServer mailServer = LoopbackMailServer.start(demo.mail(), 0, clock);
      signIn.setProperty("mtm.mail.smtp", "127.0.0.1:" + mailServer.port());
      signIn.setProperty("mtm.mail.from", "mail-time-machine@demo.test");
      LoopbackOpenId provider = LoopbackOpenId.start();
      signIn.setProperty("mtm.oidc.provider-url", provider.issuer());
      signIn.setProperty("mtm.oidc.client-id", LoopbackOpenId.CLIENT);
      Path secret = Files.writeString(directory.resolve("oidc-secret"), LoopbackOpenId.SECRET);
      signIn.setProperty("mtm.oidc.client-secret-file", secret.toString());
      signIn.setProperty("mtm.oidc.name", "Example ID");
      signIn.setProperty("mtm.admin.open-messages", "true");
      signIn.putAll(DemoMirror.settings(demo));
      TestHost host = TestHost.start(demo.path(), demo.mail(), signIn);
      System.setProperty(
          "mtm.test.management-port", Integer.toString(host.managementPort())); // arquillian.xml
      host.awaitIndexed(passwords);
      return new Running(host, passwords, corpus, provider);
    } catch (IOException e) {
      throw new IllegalStateException("the shared host does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the shared host started", e);
    }
  }

  private static List<Path> messages(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".eml")).sorted().toList();
    }
  }

  private static void deliver(List<Path> messages, MailboxAddress mailbox, Path mail)
      throws IOException {
    if (messages.isEmpty()) {
      return;
    }
    Path maildir = mail.resolve(mailbox.domain()).resolve(mailbox.localPart());
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(maildir.resolve(part));
    }
    int number = 0;
    for (Path message : messages) {
      String name =
          "%d.M%dP1.test,S=%d:2,S".formatted(1_790_000_000 + number, number, Files.size(message));
      Files.copy(message, maildir.resolve("cur").resolve(name));
      number++;
    }
  }
}
