package org.mailtimemachine.admin.api;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/**
 * Every error as {@code application/problem+json} (RFC 9457): where it is known, with the field
 * that is wrong and what to do. What goes wrong in here is for the log alone.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  static final String TYPE = "application/problem+json";

  private static final System.Logger LOG = System.getLogger(ProblemMapper.class.getName());
  private static final int FIRST_ERROR = 400;

  @Override
  public Response toResponse(Throwable failure) {
    if (failure instanceof ProblemException problem) {
      return new Answer(problem.status().getStatusCode(), json(problem)).response();
    }
    if (!(failure instanceof WebApplicationException known)) {
      LOG.log(System.Logger.Level.ERROR, "A request failed", failure);
      return answer(Response.Status.INTERNAL_SERVER_ERROR.getStatusCode(), about(500, null))
          .build();
    }
    int status = known.getResponse().getStatus();
    if (status < FIRST_ERROR) {
      return known.getResponse();
    }
    Response.ResponseBuilder answer =
        answer(
            status,
            about(status, known instanceof BadRequestException ? known.getMessage() : null));
    @Nullable String allow = known.getResponse().getHeaderString(HttpHeaders.ALLOW);
    return (allow == null ? answer : answer.header(HttpHeaders.ALLOW, allow)).build();
  }

  static String json(ProblemException problem) {
    JsonObjectBuilder object = about(problem.status().getStatusCode(), problem.getMessage());
    for (String[] member :
        new String[][] {
          {"reason", problem.reason()}, {"field", problem.field()}, {"remedy", problem.remedy()}
        }) {
      if (!member[1].isEmpty()) {
        object.add(member[0], member[1]);
      }
    }
    return object.build().toString();
  }

  private static JsonObjectBuilder about(int status, @Nullable String detail) {
    Response.@Nullable Status known = Response.Status.fromStatusCode(status);
    JsonObjectBuilder problem =
        Json.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", known == null ? "Error" : known.getReasonPhrase())
            .add("status", status);
    return detail == null ? problem : problem.add("detail", detail);
  }

  private static Response.ResponseBuilder answer(int status, JsonObjectBuilder problem) {
    return Response.status(status)
        .header(HttpHeaders.CONTENT_TYPE, TYPE)
        .entity(problem.build().toString());
  }
}
