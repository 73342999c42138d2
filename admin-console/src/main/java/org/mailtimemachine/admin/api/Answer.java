package org.mailtimemachine.admin.api;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** An answer that can be given again: its status and its JSON. */
record Answer(int status, String json) {

  private static final Jsonb JSON = JsonbBuilder.create();
  private static final int FIRST_ERROR = 400;

  static Answer of(Response.Status status, Object entity) {
    return new Answer(status.getStatusCode(), JSON.toJson(entity));
  }

  /** It may hold a password: nobody keeps it on the way. */
  Response response() {
    return Response.status(status)
        .header(
            HttpHeaders.CONTENT_TYPE,
            status < FIRST_ERROR ? MediaType.APPLICATION_JSON : ProblemMapper.TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(json)
        .build();
  }

  /** It may hold a password. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }
}
