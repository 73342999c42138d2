package org.mailtimemachine.snapshot.catalogue;

import java.util.List;

/**
 * A page of what was found over all days, each Message once.
 *
 * @param total how many match in all
 */
public record SightingPage(long total, List<Sighting> sightings) {

  public SightingPage {
    sightings = List.copyOf(sightings);
  }
}
