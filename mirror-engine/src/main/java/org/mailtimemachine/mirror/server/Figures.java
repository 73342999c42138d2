package org.mailtimemachine.mirror.server;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.mailtimemachine.mailstore.figures.PrometheusText;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/**
 * Counts what passes, and how long a client waits for its answer from the end of its text on: the
 * next hop's time, and ours. Safe for use by several threads.
 */
final class Figures implements Copies {

  /** Upper ends of the classes of the histogram. */
  private static final long[] MILLISECONDS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000
  };

  private final Copies copies;
  private final LongAdder messages = new LongAdder();
  private final LongAdder copied = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder deferrals = new LongAdder();
  private final LongAdder nanoseconds = new LongAdder();
  private final AtomicLongArray answers = new AtomicLongArray(MILLISECONDS.length + 1);

  Figures(Copies copies) {
    this.copies = copies;
  }

  @Override
  public Copy begin(Envelope envelope) throws IOException {
    try {
      return new Measured(copies.begin(envelope));
    } catch (IOException e) {
      deferrals.increment();
      throw e;
    }
  }

  @Override
  public boolean isSound() {
    return copies.isSound();
  }

  private final class Measured implements Copy {
    private final Copy copy;
    private long length;
    private long ended;

    Measured(Copy copy) {
      this.copy = copy;
    }

    @Override
    public void write(byte[] content, int part) throws IOException {
      length += part;
      try {
        copy.write(content, part);
      } catch (IOException e) {
        deferrals.increment();
        throw e;
      }
    }

    @Override
    public void sync() throws IOException {
      ended = System.nanoTime();
      try {
        copy.sync();
      } catch (IOException e) {
        deferrals.increment();
        throw e;
      }
    }

    @Override
    public void accepted(List<Envelope.Recipient> recipients) throws IOException {
      try {
        copy.accepted(recipients);
      } catch (IOException e) {
        deferrals.increment();
        throw e;
      }
      messages.increment();
      bytes.add(length);
      if (copy != Copy.NONE) {
        copied.increment();
      }
      long took = System.nanoTime() - ended;
      nanoseconds.add(took);
      int at = 0;
      while (at < MILLISECONDS.length && took > TimeUnit.MILLISECONDS.toNanos(MILLISECONDS[at])) {
        at++;
      }
      answers.incrementAndGet(at);
    }

    @Override
    public void refused(List<Envelope.Recipient> recipients) {
      copy.refused(recipients);
    }

    @Override
    public void close() {
      copy.close();
    }
  }

  /** Messages that a mirror wanted, since the process began. */
  long copied() {
    return copied.sum();
  }

  /** Adds them. */
  void print(PrometheusText text) {
    text.counter("messages_total", "Messages that passed.", messages.sum());
    text.counter("wanted_total", "Of these, messages that a mirror wanted.", copied.sum());
    text.counter("bytes_total", "Bytes of the messages that passed.", bytes.sum());
    text.counter(
        "deferrals_total",
        "Messages that were not taken, as their copy could not be kept.",
        deferrals.sum());
    text.histogram(
        "answer_seconds",
        "From the end of a text to its answer.",
        Arrays.stream(MILLISECONDS).mapToDouble(each -> each / 1e3).toArray(),
        IntStream.range(0, answers.length()).mapToLong(answers::get).toArray(),
        nanoseconds.sum() / 1e9);
  }
}
