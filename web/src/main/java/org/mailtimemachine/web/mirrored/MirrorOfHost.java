package org.mailtimemachine.web.mirrored;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.recall.OwnCopies;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;

/**
 * The mirrors of the host, looked for when they are first wanted. Safe for use by several threads.
 */
@ApplicationScoped
public class MirrorOfHost {

  private static final System.Logger LOG = System.getLogger(MirrorOfHost.class.getName());

  private final Optional<MirrorSettings> settings;
  private final Clock clock;
  private volatile @Nullable Opened opened;

  /** A register with what was read of its ledgers. */
  record Opened(MirrorRegister register, OwnCopies copies) {}

  @SuppressWarnings("NullAway") // for the container's proxy
  MirrorOfHost() {
    this.settings = Optional.empty();
    this.clock = null;
  }

  @Inject
  MirrorOfHost(Config config, Clock clock) {
    this(MirrorSettings.of(name -> config.getOptionalValue(name, String.class)), clock);
  }

  MirrorOfHost(Optional<MirrorSettings> settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** A host without mirrors. */
  public static MirrorOfHost none(Clock clock) {
    return new MirrorOfHost(Optional.empty(), clock);
  }

  /** Empty where the host has none, or where they cannot be read: days are shown all the same. */
  Optional<Opened> opened() {
    @Nullable Opened known = opened;
    if (known == null && settings.isPresent()) {
      try {
        MirrorRegister register = MirrorRegister.open(settings.get(), clock);
        known = new Opened(register, new OwnCopies(register));
        opened = known; // of two opened at once both are right
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "The mirrors cannot be read", e);
      }
    }
    return Optional.ofNullable(known);
  }

  /** Those of a person; empty also where no mirror ever got a copy of his mail. */
  Optional<Opened> of(MailboxAddress person) {
    return opened().filter(mirror -> mirror.copies().any(person));
  }
}
