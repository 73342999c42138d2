package org.mailtimemachine.mirror.smtp;

/** What is spoken on both sides of the proxy. */
public enum Protocol {
  /** RFC 5321: one reply to a message, for all its recipients. */
  SMTP("EHLO"),
  /** RFC 2033: one reply to a message for each recipient that was accepted, in their order. */
  LMTP("LHLO");

  private final String hello;

  Protocol(String hello) {
    this.hello = hello;
  }

  String hello() {
    return hello;
  }
}
