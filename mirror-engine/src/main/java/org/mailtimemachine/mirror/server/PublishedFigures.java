package org.mailtimemachine.mirror.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the process that mirrors has counted, as it wrote it last, for whoever is another process.
 *
 * @param written when it did; empty where none runs, as it removes them when it ends
 * @param values by name, without {@code mtm_mirror_}; behind a space the mailbox, where there is
 *     one
 */
public record PublishedFigures(Optional<Instant> written, Map<String, BigDecimal> values) {

  /** It writes every five seconds; a machine may be slow. */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private static final Pattern FIGURE =
      Pattern.compile(
          "mtm_mirror_([a-z_]+)(?:\\{[a-z]+=\"(.*)\"})? (-?[0-9]{1,30}(?:\\.[0-9]{1,30})?(?:E-?[0-9]{1,3})?)");

  public PublishedFigures {
    values = Collections.unmodifiableMap(new TreeMap<>(values)); // in the order of their names
  }

  /** Reads them; none where there is no such file. */
  public static PublishedFigures read(Path file) throws IOException {
    Map<String, BigDecimal> values = new TreeMap<>();
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant();
      for (String line : Files.readString(file, UTF_8).split("\n", -1)) {
        Matcher figure = FIGURE.matcher(line);
        if (figure.matches()) {
          String label = figure.group(2);
          values.put(
              label == null ? figure.group(1) : figure.group(1) + ' ' + label,
              new BigDecimal(figure.group(3)));
        }
      }
      return new PublishedFigures(Optional.of(written), values);
    } catch (NoSuchFileException e) {
      return new PublishedFigures(Optional.empty(), Map.of());
    }
  }

  /** Whether the process is there and goes on. */
  public boolean running(Instant now) {
    return written.filter(then -> then.isAfter(now.minus(LONGEST_SILENCE))).isPresent();
  }

  /** One of them, or of all mailboxes together; 0 where there is none. */
  public long sum(String name) {
    return of(name).reduce(BigDecimal.ZERO, BigDecimal::add).longValue();
  }

  /** One of them, or the largest of all mailboxes; 0 where there is none. */
  public long largest(String name) {
    return of(name).reduce(BigDecimal.ZERO, BigDecimal::max).longValue();
  }

  private Stream<BigDecimal> of(String name) {
    return values.entrySet().stream()
        .filter(each -> each.getKey().equals(name) || each.getKey().startsWith(name + ' '))
        .map(Map.Entry::getValue);
  }
}
