package org.mailtimemachine.web.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.pages.Ticker;

/**
 * Remembers for a while that a password was right: a minute, so that a REST client which sends it
 * with every request does not make the IMAP server check it each time. Keeps keyed digests, never a
 * password, and only the {@value #MOST} latest. Safe for use by several threads.
 */
final class RecentlyAccepted {

  static final int MOST = 1_000;
  static final Duration KEPT = Duration.ofMinutes(1);

  private record Acceptance(MailboxAddress mailbox, Duration until) {}

  private final Ticker ticker;
  private final Duration kept;
  private final SecretKeySpec key;
  private final Map<String, Acceptance> entries =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Acceptance> eldest) {
          return size() > MOST;
        }
      };

  RecentlyAccepted(Ticker ticker, Duration kept) {
    this.ticker = ticker;
    this.kept = kept;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  Optional<MailboxAddress> mailbox(String address, String password) {
    String digest = digest(address, password);
    synchronized (entries) {
      Acceptance entry = entries.get(digest);
      return entry == null || entry.until().compareTo(ticker.elapsed()) < 0
          ? Optional.empty()
          : Optional.of(entry.mailbox());
    }
  }

  void remember(String address, String password, MailboxAddress mailbox) {
    String digest = digest(address, password);
    synchronized (entries) {
      entries.remove(digest);
      entries.put(digest, new Acceptance(mailbox, ticker.elapsed().plus(kept)));
    }
  }

  private String digest(String address, String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(address.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
