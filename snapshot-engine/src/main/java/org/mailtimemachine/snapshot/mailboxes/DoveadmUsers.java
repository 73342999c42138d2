package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The users that a running Dovecot names, whatever its databases are.
 *
 * @param command the program, and options that go before the verb, as {@code -c FILE}
 * @param patience with each call of it
 * @see <a href="https://doc.dovecot.org/2.3/man/doveadm-user.1/">doveadm-user(1)</a>
 */
record DoveadmUsers(List<String> command, Duration patience) implements UserDatabase {

  /** How many are asked for in one call: a call costs 10 ms, and a command line has an end. */
  private static final int AT_ONCE = 200;

  /** EX_NOUSER: one of the users is unknown; the others were answered. */
  private static final int NO_USER = 67;

  private static final String FIELDS = "%{user}\t%{home}\t%{userdb:mail}";

  DoveadmUsers {
    command = List.copyOf(command);
  }

  @Override
  public List<User> users() throws IOException {
    List<String> names =
        call(List.of("*"), "user").lines().filter(name -> !name.isBlank()).toList();
    List<User> users = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (String name : names) {
      if (name.indexOf('*') < 0 && name.indexOf('?') < 0) {
        plain.add(name);
      } else {
        users.add(unanswered(name)); // it would ask for many users; it cannot be asked for alone
      }
    }
    for (int start = 0; start < plain.size(); start += AT_ONCE) {
      List<String> some = plain.subList(start, Math.min(start + AT_ONCE, plain.size()));
      Map<String, User> answers = answers(some);
      some.forEach(name -> users.add(answers.getOrDefault(name, unanswered(name))));
    }
    return users;
  }

  /** Without the list of all: a server with many users takes long for that. */
  @Override
  public List<User> users(List<String> names) throws IOException {
    List<String> plain =
        names.stream().filter(name -> name.indexOf('*') < 0 && name.indexOf('?') < 0).toList();
    return plain.isEmpty() ? List.of() : List.copyOf(answers(plain).values());
  }

  private Map<String, User> answers(List<String> names) throws IOException {
    Map<String, User> answers = new HashMap<>();
    call(names, "user", "-e", FIELDS)
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length == 3)
        .map(f -> new User(f[0], Optional.of(f[1]), Optional.of(f[2])))
        .forEach(user -> answers.put(user.name(), user));
    return answers;
  }

  /** A user without a home fails by name: one that was removed since, mostly. */
  private static User unanswered(String name) {
    return new User(name, Optional.empty(), Optional.empty());
  }

  private String call(List<String> users, String... verb) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(verb));
    words.add("--");
    words.addAll(users);
    Process process = new ProcessBuilder(words).start();
    try {
      process.getOutputStream().close();
      CompletableFuture<String> said = text(process.getInputStream());
      CompletableFuture<String> complaint = text(process.getErrorStream());
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw late();
      }
      int status = process.exitValue();
      if (status != 0 && status != NO_USER) {
        throw new IOException(
            "%s ended with status %d: %s".formatted(this, status, soon(complaint).strip()));
      }
      return soon(said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + this + " was asked", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  /** What a program that has ended wrote; a child that it left behind may hold the pipe open. */
  private String soon(CompletableFuture<String> text) throws IOException, InterruptedException {
    try {
      return text.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw late();
    } catch (ExecutionException e) {
      throw new IOException(this + " cannot be read", e);
    }
  }

  private IOException late() {
    return new IOException(
        "%s did not end within %d seconds".formatted(this, patience.toSeconds()));
  }

  @Override
  public String toString() {
    return String.join(" ", command) + " user";
  }
}
