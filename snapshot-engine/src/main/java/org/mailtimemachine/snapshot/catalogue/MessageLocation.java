package org.mailtimemachine.snapshot.catalogue;

import java.util.UUID;

/**
 * Where the bytes of a message are, and no more: for reading many.
 *
 * @param id as {@link CataloguedMessage#id}
 * @param poolName as {@link CataloguedMessage#poolName}
 */
public record MessageLocation(UUID id, String poolName) {}
