package org.mailtimemachine.web.mirrored;

import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/**
 * A message that a mirror holds.
 *
 * @param row what a list shows; it is in no Pool
 * @param damaged whether what the mirror holds is something else than what came, or cannot be read,
 *     so that only the envelope is known
 */
public record MirroredMessage(CataloguedMessage row, MirrorCopy copy, boolean damaged) {}
