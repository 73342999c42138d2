package org.mailtimemachine.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.Store;

/** The Store that {@code mtm.store} names, of which the webmail only reads. */
@ApplicationScoped
class HostStore {

  /**
   * Opened at its first use, and tried again at the next one where that failed: the first take
   * makes a Store.
   */
  @Produces
  @ApplicationScoped
  SnapshotStore store(@ConfigProperty(name = "mtm.store") String path) throws IOException {
    return Store.open(Path.of(path));
  }

  void close(@Disposes SnapshotStore store) throws IOException {
    if (store instanceof Closeable closeable) {
      closeable.close();
    }
  }
}
