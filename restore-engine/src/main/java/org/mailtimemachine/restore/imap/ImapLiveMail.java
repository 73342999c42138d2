package org.mailtimemachine.restore.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.LiveMailbox;
import org.mailtimemachine.restore.RestoreException;

/**
 * Live mail behind an IMAP server, which a master user may work in for everybody. Each Mailbox that
 * is opened is a connection of its own. Safe for use by several threads.
 */
public final class ImapLiveMail implements LiveMail {

  /** Says where the server is; without it live mail is Maildirs on this machine. */
  public static final String SERVER = "mtm.live";

  private static final String MASTER = "mtm.live.master-user";
  private static final String PASSWORD_FILE = "mtm.live.password-file";

  /** Writing by the group, and anything by others. */
  private static final int NOT_THEIRS = 0027;

  /** Bytes; what is longer is another file. */
  private static final int LONGEST_PASSWORD = 4_096;

  private final ImapServer server;
  private final String master;
  private final Path passwordFile;

  private ImapLiveMail(ImapServer server, String master, Path passwordFile) {
    this.server = server;
    this.master = master;
    this.passwordFile = passwordFile;
  }

  /**
   * Reads the settings {@code mtm.live...}; see docs/operations.md.
   *
   * @param settings gives the value of a setting, where it has one
   * @return empty where live mail is on this machine
   * @throws IllegalArgumentException where one of them is wrong; it is named
   */
  public static Optional<ImapLiveMail> of(Function<String, Optional<String>> settings) {
    Function<String, Optional<String>> set =
        name -> settings.apply(name).map(String::strip).filter(value -> !value.isEmpty());
    return set.apply(SERVER)
        .map(
            server -> {
              try {
                return new ImapLiveMail(
                    ImapServer.of(server),
                    required(set, MASTER),
                    Path.of(required(set, PASSWORD_FILE)));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(SERVER + ": " + e.getMessage(), e);
              }
            });
  }

  private static String required(Function<String, Optional<String>> settings, String name) {
    return settings
        .apply(name)
        .orElseThrow(() -> new IllegalArgumentException("it wants " + name + " too"));
  }

  @Override
  public LiveMailbox open(MailboxAddress mailbox) throws IOException {
    return new ImapMailbox(session(mailbox));
  }

  /**
   * Signs in for a Mailbox and out again.
   *
   * @return whether the server can remove single messages again, as a take-back wants
   * @throws RestoreException where the master user may not, or the server is not reached
   */
  public boolean tryOut(MailboxAddress mailbox) throws IOException {
    try (ImapSession session = session(mailbox)) {
      return session.can("UIDPLUS");
    }
  }

  private ImapSession session(MailboxAddress mailbox) throws IOException {
    String password = password();
    ImapConnection connection = ImapConnection.open(server);
    try {
      connection.signIn(mailbox.toString(), master, password);
      return new ImapSession(connection);
    } catch (ImapRefusal e) {
      connection.close();
      throw new RestoreException(
          e.is("UNAVAILABLE", "SERVERBUG", "INUSE", "LIMIT")
              ? Hindrance.SERVER_AWAY
              : Hindrance.SIGN_IN_REFUSED,
          "%s does not let %s work in the mailbox %s: %s"
              .formatted(server, master, mailbox, e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Read each time: it may be changed while the server runs. */
  private String password() throws RestoreException {
    try {
      // A link to it is the administrator's; what is asked about is the file that is read.
      Path real = passwordFile.toRealPath();
      try (DirectoryHandle directory =
              DirectoryHandle.open(Objects.requireNonNull(real.getParent()));
          ReadableFile file = directory.file(FileName.ofText(String.valueOf(real.getFileName())))) {
        if ((file.status().mode() & NOT_THEIRS) != 0) {
          throw new RestoreException(
              Hindrance.NOT_PERMITTED,
              "%s: everybody may read %s, or others than its owner may write it; chmod g-w,o-rwx"
                  .formatted(PASSWORD_FILE, passwordFile));
        }
        String password =
            new String(file.stream().readNBytes(LONGEST_PASSWORD), StandardCharsets.UTF_8).strip();
        if (password.isEmpty()) {
          throw new RestoreException(
              Hindrance.NOT_PERMITTED, "%s: %s is empty".formatted(PASSWORD_FILE, passwordFile));
        }
        return password;
      }
    } catch (RestoreException e) {
      throw e;
    } catch (IOException e) {
      throw new RestoreException(
          Hindrance.NOT_PERMITTED,
          "%s: %s cannot be read".formatted(PASSWORD_FILE, passwordFile),
          e);
    }
  }

  @Override
  public String toString() {
    return server.toString();
  }
}
