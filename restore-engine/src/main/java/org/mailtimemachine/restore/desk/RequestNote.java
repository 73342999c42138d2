package org.mailtimemachine.restore.desk;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Currency;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * What lies beside the plan of a request in the Store, and the plan does not say: a request can be
 * filed again from both where the database was lost.
 *
 * @param reason in its user's words; may be empty
 * @param secondAbove as in {@link FiledRequest}
 * @param rate what it was to cost
 */
record RequestNote(
    FiledRequest.Asked asked,
    Locale language,
    String reason,
    Optional<Long> secondAbove,
    Price rate) {

  /**
   * Of requests that were filed before there were notes: two must confirm, to be on the safe side.
   */
  static final RequestNote NONE =
      new RequestNote(FiledRequest.Asked.MESSAGES, Locale.ENGLISH, "", Optional.of(0L), Price.FREE);

  private static final String FORMAT = "mail-time-machine-request 1";

  static RequestNote of(FiledRequest request) {
    return new RequestNote(
        request.asked(),
        request.language(),
        request.reason(),
        request.secondAbove(),
        request.plan().rate());
  }

  String toText() {
    byte[] lines =
        Lines.begin(FORMAT)
            .add("asked", asked)
            .add("language", language.toLanguageTag())
            .add("reason", PercentEncoding.encodeText(reason))
            .add("second-above", secondAbove.map(Object::toString).orElse(Lines.NONE))
            .add(
                "price",
                rate.currency().getCurrencyCode(),
                rate.perRequest().toPlainString(),
                rate.perMessage().toPlainString(),
                rate.perGigabyte().toPlainString())
            .end();
    return new String(lines, StandardCharsets.US_ASCII);
  }

  /**
   * Reads it.
   *
   * @param file what to call it in an error
   */
  static RequestNote parse(String text, String file) throws DamagedFileException {
    if (text.isEmpty()) {
      return NONE;
    }
    List<String[]> lines = Lines.read(text.getBytes(StandardCharsets.US_ASCII), FORMAT, file);
    try {
      String second = lines.get(3)[1];
      return new RequestNote(
          FiledRequest.Asked.valueOf(lines.get(0)[1]),
          new Locale.Builder().setLanguageTag(lines.get(1)[1]).build(),
          PercentEncoding.decodeText(lines.get(2)[1]),
          second.equals(Lines.NONE) ? Optional.empty() : Optional.of(Long.valueOf(second)),
          new Price(
              Currency.getInstance(lines.get(4)[1]),
              new BigDecimal(lines.get(4)[2]),
              new BigDecimal(lines.get(4)[3]),
              new BigDecimal(lines.get(4)[4])));
    } catch (IllegalArgumentException | IllformedLocaleException | IndexOutOfBoundsException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }
}
