package org.mailtimemachine.admin.signin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mailtimemachine.pages.Client;
import org.mailtimemachine.pages.Ticker;

/**
 * Networks from which somebody was let in during the last {@link #LONGEST}, as far as this server
 * saw it: they keep a share of the checks for themselves while strangers flood the others. Safe for
 * use by several threads.
 */
final class KnownNetworks {

  static final Duration LONGEST = Duration.ofDays(30);

  static final int MOST = 1_000;

  private final Ticker ticker;
  private final Map<String, Duration> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Duration> eldest) {
          return size() > MOST;
        }
      };

  KnownNetworks(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Somebody was let in from there. */
  synchronized void letIn(Client client) {
    seen.put(client.network(), ticker.elapsed());
  }

  /** Whether somebody was let in from there lately. */
  synchronized boolean knows(Client client) {
    Duration last = seen.get(client.network());
    return last != null && ticker.elapsed().minus(last).compareTo(LONGEST) < 0;
  }
}
