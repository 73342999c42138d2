package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.stream.Collectors;

/** The place that this request asks for, whether the whole page or only a part of it is wanted. */
@RequestScoped
class WantedPlace {

  @Inject private HttpServletRequest request;

  private Place place = Place.of(Map.of());

  @PostConstruct
  void read() {
    place =
        Place.of(
            request.getParameterMap().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, values -> values.getValue()[0])));
  }

  Place place() {
    return place;
  }
}
