package org.mailtimemachine.mailstore.figures;

import java.util.Map;

/**
 * Figures in Prometheus' text format 0.0.4, one family after the other. Names follow its
 * conventions: base units, {@code _total} behind counters. For one thread.
 */
public final class PrometheusText {

  /** The media type of what this writes. */
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Above that a double does not hold every whole number. */
  private static final double MOST_EXACT = 1L << 53;

  private final String prefix;
  private final StringBuilder text = new StringBuilder();

  /**
   * Nothing yet.
   *
   * @param prefix of the name of each family, with the underscore behind it; may be empty
   */
  public PrometheusText(String prefix) {
    this.prefix = prefix;
  }

  /** How the values of a family move. */
  private enum Type {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  /** What only grows until the process, or the host, begins anew. */
  public void counter(String name, String help, double value) {
    counter(name, help, Map.of("", value));
  }

  /** The same in whole numbers. */
  public void counter(String name, String help, long value) {
    counter(name, help, (double) value);
  }

  /**
   * The same of several.
   *
   * @param values by {@link #label}
   */
  public void counter(String name, String help, Map<String, Double> values) {
    family(Type.COUNTER, name, help);
    values.forEach((label, value) -> line(name + label, value));
  }

  /** What is so now. */
  public void gauge(String name, String help, double value) {
    gauge(name, help, Map.of("", value));
  }

  /** The same in whole numbers. */
  public void gauge(String name, String help, long value) {
    gauge(name, help, (double) value);
  }

  /**
   * The same of several; a family that nothing is known of is there without values.
   *
   * @param values by {@link #label}
   */
  public void gauge(String name, String help, Map<String, Double> values) {
    family(Type.GAUGE, name, help);
    values.forEach((label, value) -> line(name + label, value));
  }

  /**
   * How often something took how long, or was how large.
   *
   * @param ends upper ends of the classes, rising; a last class without an end follows them
   * @param counts in each class, one more than there are ends
   * @param sum of all values
   */
  public void histogram(String name, String help, double[] ends, long[] counts, double sum) {
    family(Type.HISTOGRAM, name, help);
    long upTo = 0;
    for (int i = 0; i < counts.length; i++) {
      upTo += counts[i];
      String end = i < ends.length ? number(ends[i]) : "+Inf";
      line(name + "_bucket" + label("le", end), (double) upTo);
    }
    line(name + "_sum", sum);
    line(name + "_count", (double) upTo);
  }

  /**
   * Labels with their values. A value may be any text, but there should be few different ones: each
   * is a series of its own.
   *
   * @param more names and values in turn
   */
  public static String label(String name, String value, String... more) {
    StringBuilder labels = new StringBuilder("{").append(pair(name, value));
    for (int i = 0; i < more.length; i += 2) {
      labels.append(',').append(pair(more[i], more[i + 1]));
    }
    return labels.append('}').toString();
  }

  private static String pair(String name, String value) {
    return "%s=\"%s\"".formatted(name, escaped(value));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private void family(Type type, String name, String help) {
    text.append(
        "# HELP %1$s%2$s %3$s\n# TYPE %1$s%2$s %4$s\n".formatted(prefix, name, help, type.word));
  }

  private void line(String series, double value) {
    text.append(prefix).append(series).append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < MOST_EXACT
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** All of it so far. */
  @Override
  public String toString() {
    return text.toString();
  }
}
