package org.mailtimemachine.admin.authority;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;

/**
 * Sizes of Mailboxes. Those of all are sums over every folder of the host, which takes seconds
 * where there are 10,000: they are computed once in a minute at most, and by one at a time, however
 * many ask for them. Safe for use by several threads.
 */
@ApplicationScoped
@Typed(RecentSizes.class)
public class RecentSizes implements MailboxSizes {

  private static final Duration KEPT = Duration.ofMinutes(1);

  private final MailboxSizes sizes;
  private final Clock clock;
  private Map<MailboxAddress, Size> ofHost = Map.of();
  private Instant computed = Instant.MIN;

  @SuppressWarnings("NullAway") // for the container's proxy
  RecentSizes() {
    this.sizes = null;
    this.clock = null;
  }

  @Inject
  RecentSizes(MailboxSizes sizes, Clock clock) {
    this.sizes = sizes;
    this.clock = clock;
  }

  @Override
  public Map<MailboxAddress, Size> all(Optional<Set<String>> domains) {
    Map<MailboxAddress, Size> all = new HashMap<>(ofHost());
    domains.ifPresent(
        names ->
            all.keySet()
                .removeIf(mailbox -> !names.contains(mailbox.domain().toLowerCase(Locale.ROOT))));
    return all;
  }

  private synchronized Map<MailboxAddress, Size> ofHost() {
    Instant now = clock.instant();
    if (computed.isBefore(now.minus(KEPT)) || computed.isAfter(now)) {
      ofHost = Map.copyOf(sizes.all(Optional.empty()));
      computed = now;
    }
    return ofHost;
  }

  @Override
  public Map<MailboxAddress, Size> of(Collection<MailboxAddress> mailboxes) {
    return sizes.of(mailboxes);
  }
}
