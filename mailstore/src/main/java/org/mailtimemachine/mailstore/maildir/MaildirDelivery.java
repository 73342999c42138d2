package org.mailtimemachine.mailstore.maildir;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;

/**
 * Delivers messages into a Folder: written to {@code tmp}, synced, renamed to {@code new},
 * directory synced. When {@link #deliver} returns, the message survives a power cut; when it
 * throws, or the process dies, nothing of it is visible. Safe for use by several threads.
 */
public final class MaildirDelivery {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final Clock clock;
  private final String host;
  private final long process = ProcessHandle.current().pid();
  private final AtomicLong deliveries = new AtomicLong();

  /**
   * @param host this host's name, as it stands in file names; {@code /}, {@code :} and {@code ,} in
   *     it are replaced
   */
  public MaildirDelivery(Clock clock, String host) {
    this.clock = clock;
    this.host = host.replace("/", "\\057").replace(":", "\\072").replace(",", "\\054");
  }

  /**
   * Delivers one message.
   *
   * @param folder the directory that holds {@code tmp} and {@code new}
   * @param message its bytes; line ends are kept as they are
   * @return the name that it got in {@code new}
   * @throws IOException where it could not be written or synced; it is not delivered then
   */
  public FileName deliver(DirectoryHandle folder, InputStream message) throws IOException {
    Instant now = clock.instant();
    String unique =
        "%d.M%06dP%dQ%d.%s"
            .formatted(
                now.getEpochSecond(),
                now.getNano() / 1000,
                process,
                deliveries.incrementAndGet(),
                host);
    FileName temporary = new FileName(unique);
    try (DirectoryHandle tmp = folder.directory(TMP);
        DirectoryHandle fresh = folder.directory(NEW)) {
      try {
        FileName delivered = write(tmp, temporary, message);
        // link(2) would refuse an existing name; the name is unique by time, process and counter.
        tmp.rename(temporary, fresh, delivered);
        fresh.sync();
        return delivered;
      } catch (IOException e) {
        discard(tmp, temporary, e);
        throw e;
      }
    }
  }

  private static FileName write(DirectoryHandle tmp, FileName temporary, InputStream message)
      throws IOException {
    long size = 0;
    long bareLineFeeds = 0;
    try (NewFile file = tmp.create(temporary, 0600)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      byte last = 0;
      for (int bytes = message.read(buffer); bytes >= 0; bytes = message.read(buffer)) {
        file.write(buffer, 0, bytes);
        size += bytes;
        for (int i = 0; i < bytes; i++) {
          if (buffer[i] == '\n' && last != '\r') {
            bareLineFeeds++;
          }
          last = buffer[i];
        }
      }
      file.sync();
    }
    return new FileName(temporary.bytes() + ",S=" + size + ",W=" + (size + bareLineFeeds));
  }

  private static void discard(DirectoryHandle tmp, FileName temporary, IOException cause) {
    try {
      tmp.unlink(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e); // whoever sweeps tmp after 36 hours removes it
    }
  }
}
