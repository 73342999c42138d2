package org.mailtimemachine.admin.letters;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.Config;
import org.mailtimemachine.restore.administrator.Administrators;

/** Whether requests are told to anybody by mail. Safe for use by several threads. */
@ApplicationScoped
public class Reach {

  private final LetterSettings settings;
  private final AdministratorsToTell administrators;

  @SuppressWarnings("NullAway") // for the container's proxy
  Reach() {
    this.settings = null;
    this.administrators = null;
  }

  @Inject
  Reach(Config config, Administrators administrators) {
    this(
        LetterSettings.of(name -> config.getOptionalValue(name, String.class)),
        AdministratorsToTell.among(administrators));
  }

  Reach(LetterSettings settings, AdministratorsToTell administrators) {
    this.settings = settings;
    this.administrators = administrators;
  }

  /** Whether any mail is sent at all. */
  public boolean sending() {
    return settings.smtp().isPresent();
  }

  /** Whether some administrator would get mail about a Mailbox of a domain. */
  public boolean anybodyFor(String domain) {
    return !settings.administrators().isEmpty() || !administrators.of(domain).isEmpty();
  }
}
