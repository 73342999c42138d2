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
 * Every error as {@code application/problem+json} (RFC 9457); what goes wrong in here is for the
 * log alone.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  private static final System.Logger LOG = System.getLogger(ProblemMapper.class.getName());
  private static final int FIRST_ERROR = 400;

  @Override
  public Response toResponse(Throwable failure) {
    if (!(failure instanceof WebApplicationException known)) {
      LOG.log(System.Logger.Level.ERROR, "A request failed", failure);
      return problem(Response.Status.INTERNAL_SERVER_ERROR.getStatusCode(), null).build();
    }
    int status = known.getResponse().getStatus();
    if (status < FIRST_ERROR) {
      return known.getResponse();
    }
    Response.ResponseBuilder problem =
        problem(status, failure instanceof BadRequestException ? failure.getMessage() : null);
    @Nullable String allow = known.getResponse().getHeaderString(HttpHeaders.ALLOW);
    return (allow == null ? problem : problem.header(HttpHeaders.ALLOW, allow)).build();
  }

  private static Response.ResponseBuilder problem(int status, @Nullable String detail) {
    Response.@Nullable Status known = Response.Status.fromStatusCode(status);
    JsonObjectBuilder problem =
        Json.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", known == null ? "Error" : known.getReasonPhrase())
            .add("status", status);
    if (detail != null) {
      problem.add("detail", detail);
    }
    return Response.status(status)
        .header(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .entity(problem.build().toString());
  }
}
