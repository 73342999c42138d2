package org.mailtimemachine.restore;

/** Is told how far a restore is; called by the thread that carries it out, after each message. */
@FunctionalInterface
public interface RestoreProgress {

  /** Nobody watches. */
  RestoreProgress NONE = (done, total) -> {};

  /** That many messages of the plan are dealt with. */
  void at(long done, long total);
}
