package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.PartTree.Branch;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;
import org.mailtimemachine.mailstore.mime.PartTree.Node;

/**
 * Finds out whether a message is signed or encrypted, by how it is made: nothing is verified and
 * nothing decrypted here.
 */
final class Protection {

  private static final int START_BYTES = 64;

  /** Object identifiers of what a CMS structure holds (RFC 5652), as they stand in its DER. */
  private static final String OID_SIGNED = "06092a864886f70d010702";

  private static final String OID_COMPRESSED = "060b2a864886f70d0109100109";

  private static final Set<String> CMS =
      Set.of("application/pkcs7-mime", "application/x-pkcs7-mime");

  private Protection() {}

  /** What there is to say about the message. */
  static void note(Node node, Set<MessageNote> notes) throws IOException {
    switch (node) {
      case Branch branch -> {
        if (branch.is("multipart/signed")) {
          notes.add(
              has(branch, "application/pgp-signature")
                  ? MessageNote.SIGNED_PGP
                  : MessageNote.SIGNED_SMIME);
        } else if (branch.is("multipart/encrypted")) {
          notes.add(MessageNote.ENCRYPTED_PGP);
        }
        for (Node child : branch.children()) {
          note(child, notes);
        }
      }
      case Leaf leaf -> {
        if (CMS.contains(leaf.fields().contentType())) {
          cms(leaf).ifPresent(notes::add);
        }
      }
    }
  }

  /** What stands in the text itself ("inline PGP"). */
  static void note(String text, Set<MessageNote> notes) {
    if (hasLine(text, "-----BEGIN PGP MESSAGE-----")) {
      notes.add(MessageNote.ENCRYPTED_PGP);
    }
    if (hasLine(text, "-----BEGIN PGP SIGNED MESSAGE-----")) {
      notes.add(MessageNote.SIGNED_PGP);
    }
  }

  private static boolean has(Branch branch, String type) {
    return branch.children().stream()
        .anyMatch(child -> child instanceof Leaf leaf && leaf.fields().is(type));
  }

  private static boolean hasLine(String text, String line) {
    int at = text.indexOf(line);
    return at == 0 || (at > 0 && (text.charAt(at - 1) == '\n' || text.charAt(at - 1) == '\r'));
  }

  /** By the bytes: the label that says what kind it is may be missing or wrong. */
  private static Optional<MessageNote> cms(Leaf leaf) throws IOException {
    byte[] start;
    try (InputStream in = leaf.decoded()) {
      start = in.readNBytes(START_BYTES);
    } catch (IOException e) {
      // its encoding is broken, and what it says cannot be read anyway
      return Optional.of(MessageNote.ENCRYPTED_SMIME);
    }
    String hex = HexFormat.of().formatHex(start);
    if (hex.contains(OID_COMPRESSED)) {
      return Optional.empty();
    }
    return Optional.of(
        hex.contains(OID_SIGNED) ? MessageNote.WRAPPED_SMIME : MessageNote.ENCRYPTED_SMIME);
  }
}
