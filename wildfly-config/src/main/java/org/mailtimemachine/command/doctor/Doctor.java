package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.mailtimemachine.mirror.server.MirrorServerSettings;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** Looks for what harms a host with Snapshots; changes nothing. */
public final class Doctor {

  private final Clock clock;
  private final Path root;

  /**
   * @param root of the machine, {@code /}
   */
  public Doctor(Clock clock, Path root) {
    this.clock = clock;
    this.root = root;
  }

  /**
   * What is looked at; what is missing is not.
   *
   * @param settings the settings file of {@code mtm run}, which names a Store and Maildirs where
   *     these are missing
   * @param doveconf what {@code doveconf -n} printed
   */
  public record Patient(
      Optional<Path> settings,
      Optional<String> doveconf,
      Optional<Path> store,
      Optional<Path> maildirs) {}

  /** All that was found, the worst first. */
  public List<Advice> examine(Patient patient) throws IOException {
    List<Advice> found = new ArrayList<>();
    Optional<Path> store = patient.store();
    Optional<Path> maildirs = patient.maildirs();
    if (patient.settings().isPresent()) {
      Path file = patient.settings().get();
      Properties settings = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        settings.load(reader);
      }
      found.addAll(new ServerSettingsChecks(file, settings).run());
      store = store.or(() -> SettingValues.find(settings, "mtm.store").map(Path::of));
      maildirs = maildirs.or(() -> root(settings));
      mirrors(settings).ifPresent(mirrors -> found.addAll(new MirrorChecks(mirrors, clock).run()));
      found.addAll(new LiveMailChecks(name -> SettingValues.find(settings, name), store).run());
    }
    if (maildirs.isPresent() && !Files.isDirectory(maildirs.get())) {
      found.add(
          new Advice(
              Severity.ERROR,
              "maildirs-missing",
              "there is no directory " + maildirs.get(),
              "no mailbox can be found in it",
              "name the directory that all mailboxes lie in, mount it, or correct the pattern"));
    }
    if (store.isPresent()) {
      found.addAll(new StoreChecks(store.get(), maildirs, clock).run());
    }
    if (patient.doveconf().isPresent()) {
      DovecotConfiguration configuration = DovecotConfiguration.parse(patient.doveconf().get());
      found.addAll(new DovecotChecks(configuration, keepsByHardLinks(store)).run());
    }
    found.addAll(new BackupChecks(root).run());
    found.sort(Comparator.comparing(Advice::severity));
    return found;
  }

  /** The root of all Maildirs, which a pattern may name. */
  private static Optional<Path> root(Properties settings) {
    try {
      return MailboxSettings.of(name -> SettingValues.find(settings, name))
          .map(MailboxSettings::root);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the checks of the settings have said why
    }
  }

  private static Optional<MirrorServerSettings> mirrors(Properties settings) {
    try {
      return MirrorServerSettings.of(name -> SettingValues.find(settings, name));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the checks of the settings have said why
    }
  }

  /** As a Store does that is made without another wish. */
  private static boolean keepsByHardLinks(Optional<Path> path) {
    if (path.isPresent() && Files.isDirectory(path.get())) {
      try (Store store = Store.open(path.get())) {
        return store.strategy() == StorageStrategy.HARDLINK;
      } catch (IOException e) {
        // The checks of the Store have said why.
      }
    }
    return true;
  }
}
