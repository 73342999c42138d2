package org.mailtimemachine.command.doctor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What {@code doveconf -n} prints: lines of {@code name = value}, and blocks in braces. Both that
 * of Dovecot 2.3 ({@code mail_location}, {@code plugin { }}) and that of 2.4 ({@code mail_driver},
 * settings of plugins beside the others, lists as blocks of {@code name = yes}).
 */
final class DovecotConfiguration {

  private final Optional<String> version;
  private final Block root;

  private DovecotConfiguration(Optional<String> version, Block root) {
    this.version = version;
    this.root = root;
  }

  /**
   * A block.
   *
   * @param type the word that it begins with, {@code namespace}; empty for the whole file
   * @param name the rest of its first line, {@code inbox}; often empty
   */
  record Block(String type, String name, Map<String, String> settings, List<Block> blocks) {

    Block(String type, String name) {
      this(type, name, new LinkedHashMap<>(), new ArrayList<>());
    }

    Optional<String> setting(String key) {
      return Optional.ofNullable(settings.get(key));
    }

    /** What it says of that; empty where it says nothing. */
    String value(String key) {
      return setting(key).orElse("");
    }

    /** This one and all in it. */
    Stream<Block> all() {
      return Stream.concat(Stream.of(this), blocks.stream().flatMap(Block::all));
    }

    @Override
    public String toString() {
      return (type + " " + name).strip();
    }
  }

  /** Reads it; a line that makes no sense is passed over. */
  static DovecotConfiguration parse(String text) {
    Optional<String> version = Optional.empty();
    Deque<Block> open = new ArrayDeque<>();
    open.push(new Block("", ""));
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("#")) {
        version = version.or(() -> version(line));
      } else if (line.equals("}")) {
        if (open.size() > 1) {
          open.pop();
        }
      } else if (line.endsWith("{")) {
        String head = line.substring(0, line.length() - 1).strip();
        int space = head.indexOf(' ');
        Block block =
            space < 0
                ? new Block(head, "")
                : new Block(head.substring(0, space), unquoted(head.substring(space + 1)));
        open.getFirst().blocks().add(block);
        open.push(block);
      } else {
        int equals = line.indexOf('=');
        if (equals > 0) {
          open.getFirst()
              .settings()
              .put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1)));
        }
      }
    }
    return new DovecotConfiguration(version, open.getLast());
  }

  /** Its first line: {@code # 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf}. */
  private static Optional<String> version(String comment) {
    return Stream.of(comment.substring(1).strip().split("[ :]+"))
        .findFirst()
        .filter(word -> word.matches("[0-9]+\\.[0-9][-.~+A-Za-z0-9]*"));
  }

  private static String unquoted(String value) {
    String text = value.strip();
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  Optional<String> version() {
    return version;
  }

  /** A setting outside of all blocks. */
  Optional<String> setting(String key) {
    return root.setting(key);
  }

  /** Every block that says it, the whole file being one. */
  List<Block> saying(String key) {
    return root.all().filter(block -> block.settings().containsKey(key)).toList();
  }

  /** Whether any block says yes to it. */
  boolean yes(String key) {
    return saying(key).stream().anyMatch(block -> isYes(block.value(key)));
  }

  static boolean isYes(String value) {
    return Set.of("yes", "y", "1", "true").contains(value);
  }

  List<Block> blocks(String type) {
    return root.all().filter(block -> block.type().equals(type)).toList();
  }

  /** The plugins that any process loads. */
  Set<String> mailPlugins() {
    Set<String> plugins = new TreeSet<>();
    for (Block block : saying("mail_plugins")) {
      plugins.addAll(List.of(block.value("mail_plugins").split("[ ,]+")));
    }
    for (Block block : blocks("mail_plugins")) {
      block.settings().entrySet().stream()
          .filter(entry -> isYes(entry.getValue()))
          .forEach(entry -> plugins.add(entry.getKey()));
    }
    return plugins;
  }
}
