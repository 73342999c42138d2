package org.mailtimemachine.restore.terms;

import java.util.List;

/**
 * Some charges of a list.
 *
 * @param total how many the whole list has
 * @param sums of the whole list, one for each currency, without what was withdrawn
 */
public record ChargePage(List<Charge> charges, long total, List<Money> sums) {

  public ChargePage {
    charges = List.copyOf(charges);
    sums = List.copyOf(sums);
  }
}
