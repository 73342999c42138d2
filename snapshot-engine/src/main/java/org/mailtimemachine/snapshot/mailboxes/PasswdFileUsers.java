package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The users of a Dovecot passwd-file: {@code user:password:uid:gid:gecos:home:shell:extra fields},
 * where the extra fields {@code userdb_home=} and {@code userdb_mail=} go before the others.
 *
 * @see <a href="https://doc.dovecot.org/2.3/configuration_manual/authentication/passwd_file/">
 *     Dovecot: passwd-file</a>
 */
record PasswdFileUsers(Path file) implements UserDatabase {

  private static final int HOME = 5;
  private static final int EXTRA = 7;

  @Override
  public List<User> users() throws IOException {
    List<User> users = new ArrayList<>();
    for (String line : lines()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split(":", EXTRA + 1);
      Optional<String> home = extra(fields, "userdb_home=");
      if (home.isEmpty() && fields.length > HOME) {
        home = Optional.of(fields[HOME]);
      }
      users.add(new User(fields[0], home, extra(fields, "userdb_mail=")));
    }
    return users;
  }

  private List<String> lines() throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException(this + " cannot be read: " + e, e);
    }
  }

  private static Optional<String> extra(String[] fields, String name) {
    return fields.length <= EXTRA
        ? Optional.empty()
        : List.of(fields[EXTRA].split("\\s+")).stream()
            .filter(field -> field.startsWith(name))
            .map(field -> field.substring(name.length()))
            .findFirst();
  }

  @Override
  public String toString() {
    return "passwd-file " + file;
  }
}
