package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The users that a running Dovecot names, whatever its databases are.
 *
 * @see <a href="https://doc.dovecot.org/2.3/man/doveadm-user.1/">doveadm-user(1)</a>
 */
record DoveadmUsers(Doveadm doveadm) implements UserDatabase {

  /** How many are asked for in one call: a call costs 10 ms, and a command line has an end. */
  private static final int AT_ONCE = 200;

  private static final String FIELDS = "%{user}\t%{home}\t%{userdb:mail}";

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
    List<String> words = new ArrayList<>(List.of(verb));
    words.add("--");
    words.addAll(users);
    return doveadm.call(words);
  }

  @Override
  public String toString() {
    return doveadm + " user";
  }
}
