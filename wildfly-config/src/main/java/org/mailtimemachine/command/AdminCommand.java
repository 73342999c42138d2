package org.mailtimemachine.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.TokenGrant;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm admin}: who may sign in to the console. */
@Command(
    name = "admin",
    description = "Administrators: who may sign in to the console, and for which domains.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "add|list|set|password|totp|token|disable|enable")
final class AdminCommand {

  @Spec private CommandSpec spec;

  AdminCommand() {}

  private interface Change {
    void in(AdministratorAccounts accounts) throws SQLException;
  }

  @Command(
      name = "add",
      description = "Adds an administrator: of the host, or of the domains that are named.",
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(paramLabel = "NAME", description = "To sign in with.") String name,
      @Mixin DatabaseOption option,
      @Option(
              names = "--domain",
              paramLabel = "DOMAIN",
              description =
                  "Sees and decides about mailboxes of this domain only; may be repeated.")
          @Nullable Set<String> domains,
      @Option(
              names = "--email",
              paramLabel = "ADDRESS",
              defaultValue = "",
              description = "Is told there of requests.")
          String email,
      @Option(
              names = "--language",
              paramLabel = "LANGUAGE",
              defaultValue = "en",
              description = "en or it (default: en).")
          String language)
      throws IOException {
    Administrator administrator;
    try {
      administrator =
          new Administrator(name, email, Locale.of(language), Optional.ofNullable(domains), false);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
    String password = password();
    return change(option, accounts -> accounts.add(administrator, password));
  }

  @Command(name = "list", description = "Lists them all.", mixinStandardHelpOptions = true)
  int list(@Mixin DatabaseOption option) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    return change(
        option,
        accounts -> {
          for (Administrator each : accounts.list()) {
            out.println(
                "%-16s %-28s %-2s %s%s"
                    .formatted(
                        each.name(),
                        each.email().isEmpty() ? "-" : each.email(),
                        each.language(),
                        each.domains()
                            .map(names -> String.join(" ", new TreeSet<>(names)))
                            .orElse("the host"),
                        each.disabled() ? " (disabled)" : ""));
          }
          out.flush();
        });
  }

  @Command(
      name = "password",
      description = "Gives an administrator another password.",
      mixinStandardHelpOptions = true)
  int password(
      @Parameters(paramLabel = "NAME", description = "Whose.") String name,
      @Mixin DatabaseOption option)
      throws IOException {
    String password = password();
    PrintWriter out = spec.commandLine().getOut();
    return change(
        option,
        accounts -> {
          if (accounts.password(name, password)) {
            out.println(
                "The second factor was sealed with the old password, and is removed: "
                    + name
                    + " sets up another one in the console.");
            out.flush();
          }
        });
  }

  @Command(
      name = "set",
      description = "Changes address, language or domains of an administrator, at once.",
      mixinStandardHelpOptions = true)
  int set(
      @Parameters(paramLabel = "NAME", description = "Whose.") String name,
      @Mixin DatabaseOption option,
      @Option(
              names = "--email",
              paramLabel = "ADDRESS",
              description = "Is told there of requests; empty (--email=) for nowhere.")
          @Nullable String email,
      @Option(names = "--language", paramLabel = "LANGUAGE", description = "en or it.")
          @Nullable String language,
      @Option(
              names = "--domain",
              paramLabel = "DOMAIN",
              description = "These domains in place of those before; may be repeated.")
          @Nullable Set<String> domains,
      @Option(names = "--host", description = "The whole host in place of domains.") boolean host)
      throws IOException {
    if (host && domains != null) {
      throw new CommandFailed("--host and --domain contradict each other.");
    }
    if (email == null && language == null && domains == null && !host) {
      throw new CommandFailed("Nothing to set: --email, --language, --domain or --host.");
    }
    try {
      return change(
          option,
          accounts ->
              accounts.set(
                  name,
                  before ->
                      new Administrator(
                          before.name(),
                          email == null ? before.email() : email,
                          language == null ? before.language() : Locale.of(language),
                          host
                              ? Optional.empty()
                              : Optional.ofNullable(domains).or(before::domains),
                          before.disabled())));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      name = "totp",
      description =
          "Removes the second factor of an administrator who has lost it: the password alone lets"
              + " in again, until another one is set up in the console.",
      mixinStandardHelpOptions = true)
  int totp(
      @Parameters(paramLabel = "NAME", description = "Whose.") String name,
      @Mixin DatabaseOption option,
      @Option(names = "--reset", required = true, description = "Removes it.") boolean reset)
      throws IOException {
    return change(option, accounts -> accounts.resetSecondFactor(name));
  }

  @Command(
      name = "token",
      description =
          "Tokens by which programs use the REST interface as an administrator: makes one, lists"
              + " them, or ends one at once.",
      mixinStandardHelpOptions = true)
  int token(
      @Parameters(paramLabel = "NAME", description = "Whose.") String name,
      @Mixin DatabaseOption option,
      @ArgGroup(multiplicity = "1") TokenAction action,
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              defaultValue = "read",
              description = "read, or write to change something, too (default: read).")
          String scope,
      @Option(
              names = "--days",
              paramLabel = "DAYS",
              defaultValue = "90",
              description = "How long it holds, 1 to 366 (default: 90).")
          int days)
      throws IOException {
    TokenGrant.Scope wanted =
        Arrays.stream(TokenGrant.Scope.values())
            .filter(each -> each.toString().equals(scope))
            .findFirst()
            .orElseThrow(() -> new CommandFailed("--scope is read or write, not " + scope + "."));
    PrintWriter out = spec.commandLine().getOut();
    try {
      return change(option, accounts -> action.on(accounts, name, wanted, days, out));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
  }

  /** What is to be done with tokens: one of these. */
  static final class TokenAction {

    @Option(
        names = "--make",
        paramLabel = "LABEL",
        description =
            "Makes one and prints it, once: it stands nowhere. LABEL says what it is for, in the"
                + " audit log, too.")
    private @Nullable String make;

    @Option(names = "--list", description = "Lists them, without what only their owners know.")
    private boolean list;

    @Option(names = "--revoke", paramLabel = "LABEL", description = "Ends one at once.")
    private @Nullable String revoke;

    TokenAction() {}

    private void on(
        AdministratorAccounts accounts,
        String name,
        TokenGrant.Scope scope,
        int days,
        PrintWriter out)
        throws SQLException {
      if (make != null) {
        out.println(accounts.makeToken(name, make, scope, days).text());
      } else if (revoke != null) {
        accounts.revokeToken(name, revoke);
      } else if (list) {
        for (TokenGrant each : accounts.tokens(name)) {
          out.println(
              "%-24s %-5s made %s, holds until %s"
                  .formatted(
                      each.label(),
                      each.scope(),
                      each.made().truncatedTo(ChronoUnit.SECONDS),
                      each.expires().truncatedTo(ChronoUnit.SECONDS)));
        }
      }
      out.flush();
    }
  }

  @Command(
      name = "disable",
      description = "Lets nobody sign in with that name any more, at once.",
      mixinStandardHelpOptions = true)
  int disable(
      @Parameters(paramLabel = "NAME", description = "Whose.") String name,
      @Mixin DatabaseOption option)
      throws IOException {
    return change(option, accounts -> accounts.disable(name, true));
  }

  @Command(
      name = "enable",
      description = "Lets an administrator sign in again who was disabled.",
      mixinStandardHelpOptions = true)
  int enable(
      @Parameters(paramLabel = "NAME", description = "Whose.") String name,
      @Mixin DatabaseOption option)
      throws IOException {
    return change(option, accounts -> accounts.disable(name, false));
  }

  private static int change(DatabaseOption option, Change change) throws IOException {
    WildFlyServer.Database database = option.database();
    try (AdministratorAccounts accounts = AdministratorAccounts.open(database, Clock.systemUTC())) {
      change.in(accounts);
      return 0;
    } catch (SQLException e) {
      throw new CommandFailed("The database " + database + " refuses: " + e.getMessage(), e);
    }
  }

  /** Never from an argument, which everybody on the machine could read. */
  private static String password() throws IOException {
    Console console = Objects.requireNonNull(System.console());
    if (!console.isTerminal()) {
      @Nullable String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      if (line == null) {
        throw new CommandFailed("The password is read from standard input, which is empty.");
      }
      return line;
    }
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Again: ");
    if (first == null || second == null || !String.valueOf(first).equals(String.valueOf(second))) {
      throw new CommandFailed("These are two different passwords.");
    }
    return String.valueOf(first);
  }
}
