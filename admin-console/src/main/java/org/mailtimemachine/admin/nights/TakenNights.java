package org.mailtimemachine.admin.nights;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Store;

/** What the Store of this host says of its nights, whoever took them. */
@ApplicationScoped
public class TakenNights {

  private final Path path;

  @SuppressWarnings("NullAway") // for the container's proxy
  TakenNights() {
    this.path = null;
  }

  @Inject
  TakenNights(@ConfigProperty(name = "mtm.store") String path) {
    this.path = Path.of(path);
  }

  /**
   * The disk that the Store lies on.
   *
   * @param free bytes that this server may use
   * @param total bytes of it
   */
  public record Disk(long free, long total) {

    public long freePercent() {
      return total == 0 ? 0 : free * 100 / total;
    }
  }

  /** The records of all takes; none before the first one. */
  public List<Run> runs() throws IOException {
    if (Files.notExists(path.resolve("format"))) {
      return List.of();
    }
    try (Store store = Store.open(path)) {
      return store.runs();
    }
  }

  /** Empty before the first take. */
  public Optional<Disk> disk() throws IOException {
    if (Files.notExists(path)) {
      return Optional.empty();
    }
    FileStore disk = Files.getFileStore(path);
    return Optional.of(new Disk(disk.getUsableSpace(), disk.getTotalSpace()));
  }
}
