package org.mailtimemachine.web.mirrored;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.recall.OwnCopies;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.snapshot.SnapshotStore;

/**
 * The mirrors of the host, looked for when they are first wanted. Safe for use by several threads.
 */
@ApplicationScoped
public class MirrorOfHost {

  private static final System.Logger LOG = System.getLogger(MirrorOfHost.class.getName());

  private static final String SHOWN = "mtm.mirror.webmail";

  private final Optional<MirrorSettings> settings;
  private final boolean ofReadOnlyMirrors;
  private final Predicate<MailboxAddress> mailboxes;
  private final Clock clock;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile @Nullable Opened opened;

  /** A register with what was read of its ledgers. */
  record Opened(MirrorRegister register, OwnCopies copies) {}

  @SuppressWarnings("NullAway") // for the container's proxy
  MirrorOfHost() {
    this(Optional.empty(), false, _ -> true, null);
  }

  /** A setting that is wrong costs the mirrors, and no mail of any snapshot. */
  @Inject
  MirrorOfHost(Config config, SnapshotStore store, Clock clock) {
    this(
        settings(name -> config.getOptionalValue(name, String.class)),
        config.getOptionalValue(SHOWN, String.class).map(String::strip).equals(Optional.of("all")),
        address -> hasSnapshots(store, address),
        clock);
  }

  MirrorOfHost(
      Optional<MirrorSettings> settings,
      boolean ofReadOnlyMirrors,
      Predicate<MailboxAddress> mailboxes,
      Clock clock) {
    this.settings = settings;
    this.ofReadOnlyMirrors = ofReadOnlyMirrors;
    this.mailboxes = mailboxes;
    this.clock = clock;
  }

  /** A host without mirrors. */
  public static MirrorOfHost none(Clock clock) {
    return new MirrorOfHost(Optional.empty(), false, _ -> true, clock);
  }

  /** Empty where nothing of mirrors is shown, also because a setting is wrong: its log says so. */
  static Optional<MirrorSettings> settings(Function<String, Optional<String>> values) {
    String shown = values.apply(SHOWN).map(String::strip).orElse("own");
    if (shown.equals("off")) {
      return Optional.empty();
    }
    try {
      if (!shown.equals("own") && !shown.equals("all")) {
        throw new IllegalArgumentException(SHOWN + ": '" + shown + "' is not own, all or off");
      }
      return MirrorSettings.of(values);
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.ERROR, "The webmail shows nothing of mirrors: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Also where that cannot be told: his mail is nobody else's. */
  private static boolean hasSnapshots(SnapshotStore store, MailboxAddress address) {
    try {
      return !store.snapshots(address).isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  /** Empty where the host has none, or where they cannot be read: days are shown all the same. */
  Optional<Opened> opened() {
    @Nullable Opened known = opened;
    if (known == null && settings.isPresent()) {
      try {
        MirrorRegister register = MirrorRegister.open(settings.get(), clock);
        known = new Opened(register, new OwnCopies(register, mailboxes, ofReadOnlyMirrors));
        opened = known; // of two opened at once both are right
      } catch (IOException e) {
        if (!away.getAndSet(true)) { // the next request finds the same
          LOG.log(System.Logger.Level.WARNING, "The mirrors cannot be read", e);
        }
      }
    }
    return Optional.ofNullable(known);
  }

  /**
   * Those of a person; empty also where no mirror ever got a copy of his mail. Where the register
   * is damaged nobody knows that of anybody: then reading fails, and says so.
   */
  Optional<Opened> of(MailboxAddress person) {
    return opened()
        .filter(mirror -> mirror.copies().any(person) || !mirror.register().problems().isEmpty());
  }
}
