package org.mailtimemachine.admin.console;

import org.mailtimemachine.restore.desk.FiledRequest;

/** A line of the list of requests. */
public record RequestLine(
    String url,
    String requested,
    String mailbox,
    String day,
    long messages,
    String size,
    String state,
    String stateWord,
    String until) {

  static RequestLine of(FiledRequest request, Texts texts) {
    return new RequestLine(
        "request.xhtml?id=" + request.id(),
        texts.moment(request.requestedAt()),
        request.mailbox().toString(),
        texts.shortDay(request.snapshot()),
        request.plan().messages(),
        texts.size(request.plan().bytes()),
        texts.of("state." + request.state().name()),
        request.state().name().toLowerCase(java.util.Locale.ROOT),
        request
            .decision()
            .map(decision -> texts.moment(decision.when()))
            .orElseGet(() -> texts.of("requests.until", texts.moment(request.until()))));
  }
}
