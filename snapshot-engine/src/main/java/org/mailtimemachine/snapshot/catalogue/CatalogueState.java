package org.mailtimemachine.snapshot.catalogue;

/** What the Catalogue says of itself to whoever watches a host. Safe for use by several threads. */
public interface CatalogueState {

  /** Whether its database answers now. */
  boolean answers();

  /** Whether no Snapshot was ever indexed, or all of them have expired. */
  boolean isEmpty();

  /** How many Messages are indexed, as its database estimates: counting takes too long. */
  long messages();
}
