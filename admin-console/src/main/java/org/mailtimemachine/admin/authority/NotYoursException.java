package org.mailtimemachine.admin.authority;

/** There is no such thing, or it is not for whoever asks: nobody can tell which. */
public final class NotYoursException extends Exception {

  private static final long serialVersionUID = 1;

  NotYoursException(String what) {
    super(what);
  }
}
