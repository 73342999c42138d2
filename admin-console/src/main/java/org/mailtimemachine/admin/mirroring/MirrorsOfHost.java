package org.mailtimemachine.admin.mirroring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.mirror.server.GapBook;
import org.mailtimemachine.mirror.server.PublishedFigures;

/** The register of Mirrors, opened when it is first wanted. Safe for use by several threads. */
@ApplicationScoped
public class MirrorsOfHost {

  /** Whether the process that mirrors is expected to run: {@code expected} or {@code none}. */
  private static final String PROCESS = "mtm.mirror.process";

  private final Optional<MirrorSettings> settings;
  private final boolean expected;
  private final Clock clock;
  private volatile @Nullable MirrorRegister opened;

  @SuppressWarnings("NullAway") // for the container's proxy
  MirrorsOfHost() {
    this.settings = Optional.empty();
    this.expected = true;
    this.clock = null;
  }

  @Inject
  MirrorsOfHost(Config config, Clock clock) {
    this.settings = MirrorSettings.of(name -> config.getOptionalValue(name, String.class));
    String process = config.getOptionalValue(PROCESS, String.class).orElse("expected");
    if (!process.equals("expected") && !process.equals("none")) {
      throw new IllegalArgumentException(PROCESS + " is expected or none, and not " + process);
    }
    this.expected = process.equals("expected");
    this.clock = clock;
  }

  /** Whether the host has mirrors at all. */
  public boolean wanted() {
    return settings.isPresent();
  }

  /**
   * The register.
   *
   * @throws IOException where there is none: its file system may not be mounted, so it is never
   *     made from here
   */
  public MirrorRegister register() throws IOException {
    MirrorRegister known = opened;
    if (known == null) {
      known =
          MirrorRegister.open(
              settings.orElseThrow(() -> new IOException("mtm.mirror.directory is not set")),
              clock);
      opened = known; // of two opened at once both are right
    }
    return known;
  }

  /**
   * The messages that went on without their copies.
   *
   * @throws IOException where there is no register
   */
  public GapBook gaps() throws IOException {
    return new GapBook(register().gaps());
  }

  /** How many Mirrors want copies; none where no mail comes in, as on a host for trying things. */
  public long inForce() throws IOException {
    if (!expected) {
      return 0;
    }
    return register().mirrors().stream().filter(RegisteredMirror::inForce).count();
  }

  /**
   * What the process that mirrors counts.
   *
   * @throws IOException where there is no register, or they cannot be read
   */
  public PublishedFigures figures() throws IOException {
    return PublishedFigures.read(register().figures());
  }
}
