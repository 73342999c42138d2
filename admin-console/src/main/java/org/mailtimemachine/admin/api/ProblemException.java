package org.mailtimemachine.admin.api;

import jakarta.ws.rs.core.Response;

/** What a program asked for cannot be, with what it can do about it. */
final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Response.Status status;
  private final String reason;
  private final String field;
  private final String remedy;

  /**
   * @param reason a word for programs; empty where the field says enough
   * @param field of the body, a parameter or a header, that is wrong; empty where none is
   */
  ProblemException(
      Response.Status status, String reason, String field, String detail, String remedy) {
    super(detail);
    this.status = status;
    this.reason = reason;
    this.field = field;
    this.remedy = remedy;
  }

  /** It is for administrators of the host, and asked for by another one. */
  static ProblemException ofHost() {
    return new ProblemException(
        Response.Status.FORBIDDEN,
        "OF_HOST",
        "",
        "That is for administrators of the host.",
        "Use a token of one of them.");
  }

  /** A part of the body is not what it must be. */
  static ProblemException ofField(String field, String detail, String remedy) {
    return new ProblemException(Response.Status.BAD_REQUEST, "", field, detail, remedy);
  }

  Response.Status status() {
    return status;
  }

  String reason() {
    return reason;
  }

  String field() {
    return field;
  }

  String remedy() {
    return remedy;
  }
}
