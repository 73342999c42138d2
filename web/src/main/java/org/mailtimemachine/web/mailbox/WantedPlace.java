package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;

/** The place that this request asks for, whether the whole page or only a part of it is wanted. */
@RequestScoped
class WantedPlace {

  @Inject private HttpServletRequest request;
  @Inject private Preferences preferences;

  private Place place = Place.of(Map.of());

  @PostConstruct
  void read() {
    Map<String, String> parameters = new HashMap<>();
    request.getParameterMap().forEach((name, values) -> parameters.put(name, values[0]));
    if (!parameters.containsKey("sort")) {
      parameters.put("sort", preferences.sort());
      parameters.putIfAbsent("order", preferences.order());
    }
    place = Place.of(parameters);
  }

  Place place() {
    return place;
  }
}
