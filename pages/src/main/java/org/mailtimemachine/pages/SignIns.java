package org.mailtimemachine.pages;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Counts how attempts to sign in ended, and logs those that an investigation asks for. The
 * applications of a server share no classes, so they tell each other by JMX. Safe for use by
 * several threads.
 */
@ApplicationScoped
public class SignIns implements SignInsMXBean {

  private static final System.Logger LOG = System.getLogger(SignIns.class.getName());
  private static final String DOMAIN = "org.mailtimemachine:type=SignIns,application=";

  private volatile String application;
  private final ConcurrentMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** By what somebody signs in. */
  public enum Way {
    /** The page of the application. */
    PAGE,
    /** HTTP Basic, with each request. */
    BASIC,
    /** A token, with each request. */
    TOKEN,
    /** An OpenID Connect provider. */
    PROVIDER
  }

  SignIns() {
    this("");
  }

  SignIns(String application) {
    this.application = application;
    for (Way way : Way.values()) { // a figure that begins with its first event has no rate
      for (String result : new String[] {"accepted", "refused", "delayed", "unavailable"}) {
        counts.put(key(way, result), new LongAdder());
      }
    }
  }

  /**
   * At start and not at the first sign-in: nobody has signed in is a figure, too, and whoever signs
   * in may do so outside of the request, where nobody knows which application this is.
   */
  void start(@Observes @Initialized(ApplicationScoped.class) ServletContext context) {
    application = context.getContextPath().isEmpty() ? "webmail" : "console";
    register();
  }

  void register() {
    try {
      ManagementFactory.getPlatformMBeanServer().registerMBean(this, name());
    } catch (JMException e) {
      LOG.log(Level.WARNING, "Sign-ins are not counted", e);
    }
  }

  @PreDestroy
  void unregister() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(name());
    } catch (JMException e) {
      LOG.log(Level.DEBUG, "Sign-ins were not counted", e);
    }
  }

  private ObjectName name() throws MalformedObjectNameException {
    return new ObjectName(DOMAIN + application);
  }

  /**
   * Takes note of one. A refusal has its line in the log, for fail2ban, from whoever refused.
   *
   * @param who as it was typed
   * @param client the network address that it came from
   */
  public void ended(Way way, String who, SignInOutcome<?> outcome, String client) {
    String result =
        switch (outcome) {
          case SignInOutcome.Accepted<?> _ -> "accepted";
          case SignInOutcome.Refused<?> _ -> "refused";
          case SignInOutcome.Wait<?> _ -> "delayed";
          case SignInOutcome.Unavailable<?> _ -> "unavailable";
        };
    count(way, result);
    // A program signs in with each request: who it was is in the proxy's log.
    if (result.equals("delayed") || (result.equals("accepted") && way == Way.PAGE)) {
      LOG.log(
          Level.INFO,
          "sign-in {0} {1}=<{2}> rip={3}",
          result,
          application.equals("console") ? "administrator" : "user",
          oneLine(who),
          Client.of(client).address());
    }
  }

  /** Takes note of one that no password was tried for. */
  public void ended(Way way, boolean accepted) {
    count(way, accepted ? "accepted" : "refused");
  }

  private void count(Way way, String result) {
    counts.computeIfAbsent(key(way, result), _ -> new LongAdder()).increment();
  }

  private static String key(Way way, String result) {
    return way.name().toLowerCase(Locale.ROOT) + ' ' + result;
  }

  /** It came from outside: one line, nothing invisible, and of a bounded length. */
  private static String oneLine(String text) {
    String line = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}<>]", "?");
    return line.length() > 320 ? line.substring(0, 320) : line;
  }

  @Override
  public Map<String, Long> getCounts() {
    return counts.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().sum()));
  }

  /** Those of all applications of this server, by application. */
  public static Map<String, Map<String, Long>> ofServer() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    Map<String, Map<String, Long>> all = new TreeMap<>();
    try {
      for (ObjectName name : server.queryNames(new ObjectName(DOMAIN + '*'), null)) {
        all.put(
            name.getKeyProperty("application"),
            new TreeMap<>(JMX.newMXBeanProxy(server, name, SignInsMXBean.class).getCounts()));
      }
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException("no name of an MXBean: " + DOMAIN, e);
    }
    return all;
  }
}
