package org.mailtimemachine.mirror.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** A mail host in a directory, with settings of its mirrors that a test may change. */
public final class MirrorHost {

  private final Path directory;
  private final Clock clock;
  private final Map<String, String> settings = new HashMap<>();

  public MirrorHost(Path directory, Clock clock) throws IOException {
    this.directory = directory;
    this.clock = clock;
    set("mtm.mirror.directory", directory.resolve("mirror").toString());
    set("mtm.maildirs", Files.createDirectories(directory.resolve("mail")).toString());
    set("mtm.mirror.users", directory.resolve("users").toString());
  }

  public MirrorHost set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  public Optional<String> setting(String name) {
    return Optional.ofNullable(settings.get(name));
  }

  public MirrorSettings settings() {
    return MirrorSettings.of(this::setting).orElseThrow();
  }

  public MirrorRegister register() throws IOException {
    return MirrorRegister.openOrMake(settings(), clock);
  }

  public Path maildir(String mailbox) {
    MailboxAddress address = MailboxAddress.of(mailbox);
    return directory.resolve("mail").resolve(address.domain()).resolve(address.localPart());
  }

  public void makeMailbox(String mailbox) throws IOException {
    for (String part : new String[] {"cur", "new", "tmp"}) {
      Files.createDirectories(maildir(mailbox).resolve(part));
    }
  }
}
