package org.mailtimemachine.mirror.smtp;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One client. Each of its commands is understood here, said to the next hop in words of our own,
 * and answered with what the next hop answers: the proxy has no opinion on addresses. For one
 * thread.
 */
final class Session {

  private static final Logger LOG = System.getLogger(Session.class.getName());

  /** RFC 5321 section 4.5.3.1.4 has 512; parameters of DSN, SIZE and UTF-8 make it longer. */
  private static final int LONGEST_COMMAND = 2_048;

  /** As Postfix's smtpd_hard_error_limit. */
  private static final int MOST_ERRORS = 20;

  /** As Postfix's smtpd_recipient_limit: the memory of a session has an end. */
  private static final int MOST_RECIPIENTS = 1_000;

  private static final String DSN = "DSN";
  private static final Set<String> PASSED_ON =
      Set.of("8BITMIME", "SMTPUTF8", DSN, "ENHANCEDSTATUSCODES", "SIZE");

  /** Commands that need not wait for the answer to the one before. */
  private static final Set<String> PIPELINED = Set.of("XFORWARD", "MAIL", "RCPT", "DATA");

  /** Their answers must have room on the line while nobody reads them. */
  private static final int MOST_ASKED = 50;

  private static final Set<String> FORWARDED =
      Set.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE");
  private static final Pattern HELLO_NAME = Pattern.compile("[!-~]{1,255}");
  private static final Pattern ATTRIBUTE = Pattern.compile("([A-Za-z]+)=([!-<>-~=]{1,1000})");
  private static final String SAY_WHO = "5.5.1 Say who you are first";
  private static final Reply OK = Reply.of(250, "2.0.0 Ok");
  private static final Reply TRY_AGAIN =
      Reply.of(451, "4.4.2 The next hop did not answer; nothing was taken");
  private static final Reply AWAY = Reply.of(421, "4.3.2 The next hop cannot be reached now");
  private static final Reply NOT_COPIED =
      Reply.of(451, "4.3.0 The copy for the mirror could not be kept; nothing was taken");

  private final ProxySettings settings;
  private final Copies copies;
  private final NextHops hops;
  private final TimedOutput.Watch watch;
  private final Socket connection;
  private volatile boolean stopping;
  private volatile boolean inText;
  private Socket socket;
  private TimedInput timed;
  private SmtpInput input;
  private OutputStream output;
  private boolean secured;
  private boolean greeted;
  private int errors;
  private boolean ended;
  private boolean left;

  private final Map<String, String> origin = new HashMap<>();
  private @Nullable PathArgument sender;
  private final List<Envelope.Recipient> recipients = new ArrayList<>();
  private final Deque<Asked> asked = new ArrayDeque<>();

  /** What was said to the next hop, and what is to be done with its answer. */
  private record Asked(String command, Consumer<Reply> answered) {}

  Session(
      Socket socket, ProxySettings settings, Copies copies, NextHops hops, TimedOutput.Watch watch)
      throws IOException {
    this.settings = settings;
    this.hops = hops;
    this.watch = watch;
    this.copies = copies;
    this.connection = socket;
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.timed = new TimedInput(socket, settings.patience().client());
    this.input = new SmtpInput(timed);
    this.output = outputTo(socket);
  }

  private OutputStream outputTo(Socket client) throws IOException {
    return new BufferedOutputStream(
        new TimedOutput(client, connection, watch, settings.patience().client()));
  }

  /** What somebody gets to hear when there are too many already. */
  static Reply tooMany(String hostName) {
    return Reply.of(421, "4.3.2 " + hostName + " Too many connections, try again later");
  }

  /** What somebody gets to hear whom nobody will serve any more. */
  static Reply shuttingDown(String hostName) {
    return Reply.of(421, "4.3.2 " + hostName + " Shutting down, try again later");
  }

  /**
   * Ends it where it waits for a command; one that is taking a text is to be asked again. For
   * another thread.
   */
  void stop() {
    stopping = true;
    if (!inText) {
      try {
        connection.shutdownInput(); // it reads the end, and says why before it leaves
      } catch (IOException e) {
        // gone already
      }
    }
  }

  void serve() throws IOException {
    NextHop hop;
    try {
      hop = hops.take();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the mirror sends its clients away: " + e.getMessage());
      leave(AWAY);
      return;
    }
    try {
      say(Reply.of(220, settings.hostName() + ' ' + greeting()));
      while (!ended) {
        if (!input.hasLine()) {
          output.flush(); // replies of a pipeline go together (RFC 2920)
        }
        one(hop);
      }
      output.flush();
    } catch (HopLost e) {
      LOG.log(
          Level.WARNING,
          "the next hop %s was lost: %s".formatted(settings.nextHop(), e.getMessage()));
      leave(AWAY);
    } catch (ProtocolException e) {
      leave(Reply.of(500, "5.5.2 " + e.getMessage()));
    } catch (EOFException e) {
      if (!stopping) {
        throw e;
      }
      leave(shuttingDown(settings.hostName()));
    } catch (SocketTimeoutException e) {
      leave(Reply.of(421, "4.4.2 " + settings.hostName() + " Nothing was said for too long"));
    } finally {
      if (left) {
        hops.give(hop);
      } else {
        hop.close();
      }
    }
  }

  private String greeting() {
    return settings.protocol() == Protocol.SMTP ? "ESMTP" : "LMTP";
  }

  /** The last words, to somebody who may not listen any more. */
  private void leave(Reply reply) throws IOException {
    say(reply);
    output.flush();
  }

  private void one(NextHop hop) throws IOException {
    timed.begin(settings.patience().client());
    String line;
    try {
      line = input.line(LONGEST_COMMAND);
    } catch (ProtocolException e) {
      settle(hop); // what is said of it is no answer to what came before
      throw e;
    } catch (EOFException e) {
      left = asked.isEmpty(); // Postfix's client hangs up so behind a message
      throw e;
    }
    int space = line.indexOf(' ');
    String verb = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
    String argument = space < 0 ? "" : line.substring(space + 1).strip();
    try {
      command(hop, verb, argument);
    } catch (RefusedCommandException e) {
      settle(hop);
      say(e.reply());
      if (++errors >= MOST_ERRORS) {
        say(Reply.of(421, "4.7.0 " + settings.hostName() + " Too many errors"));
        ended = true;
      }
    }
  }

  private void command(NextHop hop, String verb, String argument)
      throws IOException, RefusedCommandException {
    if (!PIPELINED.contains(verb)) {
      settle(hop);
    }
    switch (verb) {
      case "EHLO", "HELO", "LHLO" -> hello(hop, verb, argument);
      case "STARTTLS" -> startTls(argument);
      case "XFORWARD" -> forward(hop, argument);
      case "MAIL" -> mail(hop, argument);
      case "RCPT" -> recipient(hop, argument);
      case "DATA" -> data(hop, argument);
      case "RSET" -> {
        say(asked(hop, "RSET"));
        reset();
      }
      case "NOOP" -> say(asked(hop, "NOOP")); // keeps both awake
      case "VRFY" -> say(Reply.of(252, "2.1.5 Send some mail, and it will be seen"));
      case "QUIT" -> {
        ended = true;
        left = true; // whether it hears the answer or not
        leave(Reply.of(221, "2.0.0 Bye"));
      }
      default -> throw new RefusedCommandException(Reply.of(502, "5.5.1 No such command here"));
    }
  }

  private void hello(NextHop hop, String verb, String argument)
      throws IOException, RefusedCommandException {
    boolean old = verb.equals("HELO") && settings.protocol() == Protocol.SMTP;
    if (!old && !verb.equals(settings.protocol().hello())) {
      throw new RefusedCommandException(
          Reply.of(502, "5.5.1 Say " + settings.protocol().hello() + " here"));
    }
    if (!HELLO_NAME.matcher(argument).matches()) {
      throw new RefusedCommandException(Reply.of(501, "5.5.4 Say who you are"));
    }
    reset();
    Reply reply;
    try {
      reply = hop.hello();
    } catch (IOException e) {
      throw new HopLost(e);
    }
    if (!reply.isPositive()) {
      say(AWAY);
      ended = true;
      return;
    }
    greeted = true;
    if (old) {
      say(Reply.of(250, settings.hostName()));
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(settings.hostName());
    lines.add("PIPELINING");
    for (String keyword : PASSED_ON) {
      String value = hop.feature(keyword);
      if (value != null) {
        lines.add(value.isEmpty() ? keyword : keyword + ' ' + value);
      }
    }
    if (settings.protocol() == Protocol.LMTP && hop.feature(DSN) == null) {
      lines.add(DSN); // by which the mail server says whom it was sent to
    }
    if (isLocal()) {
      lines.add("XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE");
    }
    if (settings.tls().isPresent() && !secured) {
      lines.add("STARTTLS");
    }
    say(new Reply(250, lines));
  }

  /** Who comes over loopback is the host itself; others could say what they like. */
  private boolean isLocal() {
    return socket.getInetAddress().isLoopbackAddress();
  }

  /** RFC 3207: nothing that was said before is kept, and nothing may be said ahead. */
  private void startTls(String argument) throws IOException, RefusedCommandException {
    Optional<SSLContext> tls = settings.tls();
    if (tls.isEmpty() || secured) {
      throw new RefusedCommandException(Reply.of(502, "5.5.1 No such command here"));
    }
    if (!argument.isEmpty()) {
      throw new RefusedCommandException(Reply.of(501, "5.5.4 STARTTLS stands alone"));
    }
    if (input.hasMore()) {
      // Whoever is in the middle may have put it there, for us to believe it once TLS stands.
      throw new ProtocolException("commands were sent behind STARTTLS");
    }
    leave(Reply.of(220, "2.0.0 Ready to start TLS"));
    SSLSocket secure =
        (SSLSocket)
            tls.get()
                .getSocketFactory()
                .createSocket(
                    socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    secure.setUseClientMode(false);
    connection.setSoTimeout(Math.toIntExact(settings.patience().client().toMillis()));
    secure.startHandshake();
    socket = secure;
    timed = new TimedInput(secure, settings.patience().client());
    input = new SmtpInput(timed);
    output = outputTo(secure);
    secured = true;
    greeted = false;
    reset();
  }

  /** Postfix's XFORWARD: what it knows of its client, for one message. */
  private void forward(NextHop hop, String argument) throws IOException, RefusedCommandException {
    if (!isLocal()) {
      throw new RefusedCommandException(Reply.of(550, "5.7.0 You may not"));
    }
    if (!greeted || sender != null) {
      throw new RefusedCommandException(
          Reply.of(503, greeted ? "5.5.1 Not in the middle of a message" : SAY_WHO));
    }
    List<String> onwards = new ArrayList<>();
    Map<String, String> said = new HashMap<>();
    for (String each : argument.split(" +", -1)) {
      var matcher = ATTRIBUTE.matcher(each);
      if (!matcher.matches()) {
        throw new RefusedCommandException(Reply.of(501, "5.5.4 Not an attribute"));
      }
      String name = matcher.group(1).toUpperCase(Locale.ROOT);
      if (!FORWARDED.contains(name)) {
        throw new RefusedCommandException(Reply.of(501, "5.5.4 No such attribute: " + name));
      }
      said.put(name, matcher.group(2));
      if (hop.forwardable().contains(name)) {
        onwards.add(name + '=' + matcher.group(2));
      }
    }
    if (onwards.isEmpty()) {
      settle(hop);
      originIs(said);
      say(OK);
      return;
    }
    ask(
        hop,
        "XFORWARD " + String.join(" ", onwards),
        reply -> {
          if (reply.isPositive()) {
            originIs(said);
          }
        });
  }

  private void originIs(Map<String, String> said) {
    said.forEach(
        (name, value) -> {
          if (value.equalsIgnoreCase("[UNAVAILABLE]") || value.equalsIgnoreCase("[TEMPUNAVAIL]")) {
            origin.remove(name);
          } else {
            origin.put(name, value);
          }
        });
  }

  private void mail(NextHop hop, String argument) throws IOException, RefusedCommandException {
    if (!greeted || sender != null) {
      throw new RefusedCommandException(
          Reply.of(503, greeted ? "5.5.1 One sender at a time" : SAY_WHO));
    }
    PathArgument path = PathArgument.ofMail(argument);
    sender = path; // whoever is told that it is not has said more by then, to a next hop that knows
    ask(
        hop,
        "MAIL FROM:" + understood(hop, path).text(),
        reply -> {
          if (!reply.isPositive()) {
            sender = null;
          }
        });
  }

  private void recipient(NextHop hop, String argument) throws IOException, RefusedCommandException {
    if (sender == null) {
      throw new RefusedCommandException(Reply.of(503, "5.5.1 From whom?"));
    }
    if (recipients.size() + asked.size() >= MOST_RECIPIENTS) {
      settle(hop);
    }
    if (recipients.size() == MOST_RECIPIENTS) {
      throw new RefusedCommandException(Reply.of(452, "4.5.3 Too many recipients"));
    }
    PathArgument path = PathArgument.ofRcpt(argument);
    ask(
        hop,
        "RCPT TO:" + understood(hop, path).text(),
        reply -> {
          if (reply.isPositive() && sender != null) { // a loose next hop takes it without one
            recipients.add(new Envelope.Recipient(recipient(path), path.parameters()));
          }
        });
  }

  /**
   * Says a command to the next hop. Where the client has said more already, that is looked at
   * before the answer is waited for, if the next hop takes that: what comes in one packet goes on
   * in one.
   */
  private void ask(NextHop hop, String command, Consumer<Reply> answered) throws IOException {
    try {
      hop.begin(command);
    } catch (IOException e) {
      throw new HopLost(e);
    }
    asked.add(new Asked(command, answered));
    if (!hop.pipelines() || !input.hasLine() || asked.size() >= MOST_ASKED) {
      settle(hop);
    }
  }

  /** Tells the client what the next hop says to all that it was asked. */
  private void settle(NextHop hop) throws IOException {
    while (!asked.isEmpty()) {
      Asked first = asked.remove();
      Reply reply = answer(hop, first.command(), 250);
      first.answered().accept(reply);
      say(reply);
    }
  }

  private static PathArgument understood(NextHop hop, PathArgument path) {
    return hop.feature(DSN) == null ? path.withoutNotifications() : path;
  }

  /**
   * Whom it was sent to. Only what comes by LMTP has its aliases expanded, and what is said by SMTP
   * may be a stranger's.
   */
  private String recipient(PathArgument path) {
    return settings.protocol() == Protocol.SMTP ? path.path() : path.original().orElse(path.path());
  }

  private void data(NextHop hop, String argument) throws IOException, RefusedCommandException {
    if (!argument.isEmpty()) {
      throw new RefusedCommandException(Reply.of(501, "5.5.4 DATA stands alone"));
    }
    boolean textCameAlong = input.hasMore();
    settle(hop);
    PathArgument from = sender;
    if (from == null || recipients.isEmpty()) {
      // What follows may be a text, of a client that did not wait: no line of it may be obeyed.
      ended = true;
      say(Reply.of(from == null ? 503 : 554, "5.5.1 No valid recipients"));
      return;
    }
    if (textCameAlong) {
      throw new ProtocolException("a text was sent before it was asked for");
    }
    Envelope envelope = new Envelope(origin, from.path(), from.parameters(), recipients);
    Copies.Copy begun;
    try {
      begun = copies.begin(envelope);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "a copy for the mirror cannot be begun", e);
      ended = true; // as above
      say(NOT_COPIED);
      return;
    }
    try (Copies.Copy copy = begun) {
      Reply go = asked(hop, "DATA", 354);
      if (go.code() != 354) {
        ended = true; // as above
        say(go);
        return;
      }
      inText = true;
      leave(Reply.of(354, "End data with <CR><LF>.<CR><LF>"));
      timed.begin(settings.patience().client());
      for (Reply verdict : verdicts(hop, copy)) {
        say(verdict);
        if (verdict.isPositive()) {
          errors = 0;
        }
      }
    } catch (CopyFailed e) {
      failed(e);
    }
    output.flush(); // before anybody can end it
    inText = false;
    reset();
  }

  private void failed(CopyFailed e) throws IOException {
    LOG.log(Level.ERROR, "a copy for the mirror could not be kept", e);
    ended = true; // the next hop waits in the middle of a text
    for (int i = 0; i < replies(); i++) {
      say(NOT_COPIED);
    }
  }

  /** A reply to the message for each who is to have one. */
  private int replies() {
    return settings.protocol() == Protocol.SMTP ? 1 : recipients.size();
  }

  /** From the first byte of the text to what is to be said about it. */
  private List<Reply> verdicts(NextHop hop, Copies.Copy copy) throws IOException {
    Transfer transfer = new Transfer(hop, copy);
    Optional<String> fault = new Content(input, settings.longestLine()).transfer(transfer);
    if (fault.isPresent()) {
      ended = true;
      return all(Reply.of(554, "5.6.0 The message has " + fault.get() + "; it was refused"));
    }
    // What it says before the dot is no answer to it, even where it is a yes.
    if (transfer.hopFailure != null || hop.hasSpoken()) {
      ended = true;
      return all(hop.lastWords().filter(Reply::isNegative).orElse(TRY_AGAIN));
    }
    if (transfer.copyFailure != null) {
      throw new CopyFailed(transfer.copyFailure);
    }
    List<Reply> verdicts = verdictsOf(hop, copy);
    List<Envelope.Recipient> accepted = new ArrayList<>();
    List<Envelope.Recipient> refused = new ArrayList<>();
    for (int i = 0; i < recipients.size(); i++) {
      Reply verdict = verdicts.get(Math.min(i, verdicts.size() - 1));
      if (verdict.isPositive()) {
        accepted.add(recipients.get(i));
      } else if (verdict.code() >= 500) {
        refused.add(recipients.get(i));
      }
    }
    if (!accepted.isEmpty()) {
      try {
        copy.accepted(accepted);
      } catch (IOException e) {
        throw new CopyFailed(e);
      }
    }
    if (!refused.isEmpty()) {
      copy.refused(refused);
    }
    return verdicts;
  }

  /**
   * What the next hop says to the text, when the copy is safe as well; where it says nothing, that
   * it is to be tried again.
   */
  private List<Reply> verdictsOf(NextHop hop, Copies.Copy copy) throws CopyFailed {
    List<Reply> verdicts = new ArrayList<>();
    boolean atOnce = copies.isSound();
    if (!atOnce) {
      sync(copy);
    }
    try {
      hop.end();
      if (atOnce) {
        sync(copy); // while the next hop does the same
      }
      while (verdicts.size() < replies()) {
        Reply verdict = hop.verdict();
        // 3xx asks for more, and there is no more
        verdicts.add(verdict.isPositive() || verdict.isNegative() ? verdict : TRY_AGAIN);
      }
    } catch (CopyFailed e) {
      throw e;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the mirror's next hop was lost behind a text", e);
      ended = true;
      while (verdicts.size() < replies()) {
        verdicts.add(TRY_AGAIN);
      }
    }
    return verdicts;
  }

  private static void sync(Copies.Copy copy) throws CopyFailed {
    try {
      copy.sync();
    } catch (IOException e) {
      throw new CopyFailed(e);
    }
  }

  private List<Reply> all(Reply reply) {
    return Collections.nCopies(replies(), reply);
  }

  private static Reply asked(NextHop hop, String command) throws IOException {
    return asked(hop, command, 250);
  }

  private static Reply asked(NextHop hop, String command, int expected) throws IOException {
    try {
      hop.begin(command);
    } catch (IOException e) {
      throw new HopLost(e);
    }
    return answer(hop, command, expected);
  }

  /** A reply of another kind than is expected is no answer: nothing was taken. */
  private static Reply answer(NextHop hop, String command, int expected) throws IOException {
    Reply reply;
    try {
      reply = hop.answer();
    } catch (IOException e) {
      throw new HopLost(e);
    }
    boolean wantsMore = reply.code() / 100 == 3 && expected / 100 != 3;
    if (reply.code() == 421 || wantsMore) { // it would take our next command for more of this one
      throw new HopLost(new IOException("it says " + reply + " to " + command));
    }
    if (reply.isNegative() || reply.code() / 100 == expected / 100) {
      return reply;
    }
    return TRY_AGAIN;
  }

  private void reset() {
    origin.clear();
    sender = null;
    recipients.clear();
  }

  private void say(Reply reply) throws IOException {
    output.write(reply.bytes());
  }

  /** Both get each piece, for as long as they can; the client says all it has in any case. */
  private static final class Transfer implements Content.Taker {
    private final NextHop hop;
    private final Copies.Copy copy;
    private @Nullable IOException hopFailure;
    private @Nullable IOException copyFailure;

    Transfer(NextHop hop, Copies.Copy copy) {
      this.hop = hop;
      this.copy = copy;
    }

    @Override
    public void take(byte[] stuffed, int stuffedLength, byte[] plain, int plainLength) {
      if (hopFailure != null || copyFailure != null) {
        return;
      }
      try {
        copy.write(plain, plainLength);
      } catch (IOException e) {
        copyFailure = e;
        return;
      }
      try {
        hop.write(stuffed, stuffedLength);
      } catch (IOException e) {
        hopFailure = e;
      }
    }
  }

  /** Nobody can be asked any more. */
  private static final class HopLost extends IOException {
    private static final long serialVersionUID = 1;

    HopLost(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The host's administrator wants no mail to pass without its copy. */
  private static final class CopyFailed extends IOException {
    private static final long serialVersionUID = 1;

    CopyFailed(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
