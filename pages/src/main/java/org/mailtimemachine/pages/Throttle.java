package org.mailtimemachine.pages;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes guessing slow: from one wrong password for an address from one client to the next lie at
 * least 2, 4, 8 and then always 15 seconds. They begin with the attempt, so that the time in which
 * it is refused is part of them, and who mistyped once can try again at once. The owner, who comes
 * from elsewhere, waits for nothing. Remembers the {@value #MOST} latest pairs, and none longer
 * than it needs them. Attempts of one pair go one after the other: what the one before came to is
 * known when the next begins, so that guessing in parallel gains nothing. The caller bounds the
 * length of an address. Safe for use by several threads.
 */
public final class Throttle {

  static final int MOST = 10_000;

  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(8),
          Duration.ofSeconds(15));

  /** A pair that was quiet for so long starts anew. */
  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

  private record Pair(String address, String client) {}

  private record Failures(int count, Duration last) {}

  private final Ticker ticker;
  private final Set<Pair> underWay = new HashSet<>();
  private final Map<Pair, Failures> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Failures> eldest) {
          return size() > MOST;
        }
      };

  public Throttle(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Begins an attempt of this pair, once no other of it is under way. End it with {@link #ended}.
   *
   * @return how long the pair has to wait before its next attempt; then none has begun, and there
   *     is none to be ended. Zero if not at all
   */
  public synchronized Duration begin(String address, String client) throws InterruptedException {
    Pair pair = new Pair(address, client);
    while (underWay.contains(pair)) {
      wait();
    }
    Duration remaining = remaining(address, client);
    if (remaining.isZero()) {
      underWay.add(pair);
    }
    return remaining;
  }

  /** Ends an attempt that was begun, after it was noted what it came to. */
  public synchronized void ended(String address, String client) {
    underWay.remove(new Pair(address, client));
    notifyAll();
  }

  /** How long this pair has to wait before its next attempt; zero if not at all. */
  public synchronized Duration remaining(String address, String client) {
    forgetTheQuiet();
    Failures past = failures.get(new Pair(address, client));
    if (past == null) {
      return Duration.ZERO;
    }
    Duration delay = DELAYS.get(Math.min(past.count(), DELAYS.size()) - 1);
    Duration left = past.last().plus(delay).minus(ticker.elapsed());
    return left.isPositive() ? left : Duration.ZERO;
  }

  /**
   * Notes a wrong password.
   *
   * @param begun when it was sent
   */
  public synchronized void failed(String address, String client, Duration begun) {
    Pair pair = new Pair(address, client);
    forgetTheQuiet();
    Failures past = failures.remove(pair);
    failures.put(pair, new Failures(past == null ? 1 : past.count() + 1, begun));
  }

  /** Forgets the wrong ones before a right one. */
  public synchronized void succeeded(String address, String client) {
    failures.remove(new Pair(address, client));
  }

  /** How many pairs are remembered now. */
  synchronized int size() {
    return failures.size();
  }

  /** The latest failure stands last. */
  private void forgetTheQuiet() {
    Duration oldest = ticker.elapsed().minus(FORGOTTEN_AFTER);
    Iterator<Failures> eldestFirst = failures.values().iterator();
    while (eldestFirst.hasNext() && eldestFirst.next().last().compareTo(oldest) <= 0) {
      eldestFirst.remove();
    }
  }
}
