package org.mailtimemachine.restore.desk;

import java.util.List;

/**
 * Some requests of a list.
 *
 * @param total how many the whole list has
 */
public record RequestPage(List<FiledRequest> requests, long total) {

  public RequestPage {
    requests = List.copyOf(requests);
  }
}
