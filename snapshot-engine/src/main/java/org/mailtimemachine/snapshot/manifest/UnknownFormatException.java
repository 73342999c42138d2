package org.mailtimemachine.snapshot.manifest;

/**
 * A file of the Store is of another version of its format than the one known here. To whoever needs
 * what is in it, it is as good as damaged; whoever mends or removes damaged files must leave it to
 * the version that wrote it.
 */
public final class UnknownFormatException extends DamagedFileException {

  private static final long serialVersionUID = 1;

  UnknownFormatException(String file, String reason) {
    super(file, reason);
  }
}
