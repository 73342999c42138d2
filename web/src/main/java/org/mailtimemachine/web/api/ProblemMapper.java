package org.mailtimemachine.web.api;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.bind.JsonbException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mirror.recall.DamagedCopyException;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestoreException;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;

/**
 * Every error as {@code application/problem+json} (RFC 9457). What is not found is not found in the
 * same words whether it belongs to somebody else or never was; what goes wrong in here is for the
 * log alone.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  private static final System.Logger LOG = System.getLogger(ProblemMapper.class.getName());

  /** As JSON-B's implementation names a field that is in no record of ours. */
  private static final Pattern UNKNOWN_FIELD =
      Pattern.compile("Json property ([A-Za-z]{1,40}) can not be mapped");

  /** Seconds. */
  private static final long STORE_RETRY = 60;

  private static final List<String> KEPT_HEADERS =
      List.of(HttpHeaders.RETRY_AFTER, HttpHeaders.ALLOW);

  @Override
  public Response toResponse(Throwable failure) {
    if (StoreUnavailable.caused(failure)) {
      LOG.log(System.Logger.Level.ERROR, "The Store cannot be read", failure);
      return problem(503, "Past mail cannot be read at the moment", "", "")
          .header(HttpHeaders.RETRY_AFTER, STORE_RETRY)
          .build();
    }
    if (failure instanceof DamagedCopyException) {
      LOG.log(System.Logger.Level.ERROR, failure.getMessage());
      int status = Response.Status.INTERNAL_SERVER_ERROR.getStatusCode();
      return problem(status, "What the mirror holds is not what it received", "", "").build();
    }
    if (failure instanceof RequestRefusedException refused) {
      return refused(refused);
    }
    if (failure instanceof RestoreException) {
      LOG.log(System.Logger.Level.WARNING, "A restore cannot be planned", failure);
      return problem(503, "The mailbox cannot be looked at", "", Hindrance.of(failure).name())
          .header(HttpHeaders.RETRY_AFTER, STORE_RETRY)
          .build();
    }
    if (failure instanceof ProcessingException && failure.getCause() instanceof JsonbException) {
      return problem(400, title(400), unread(failure.getCause()), "").build();
    }
    if (!(failure instanceof WebApplicationException known)) {
      LOG.log(System.Logger.Level.ERROR, "A request failed", failure);
      return problem(Response.Status.INTERNAL_SERVER_ERROR.getStatusCode(), "").build();
    }
    Response response = known.getResponse();
    if (response.getStatus() < 400) {
      return response;
    }
    boolean ours =
        failure instanceof BadRequestException
            || response.getStatus() == Response.Status.CONFLICT.getStatusCode();
    String reason = ours ? failure.getMessage() : null;
    Response.ResponseBuilder problem = problem(response.getStatus(), reason == null ? "" : reason);
    for (String header : KEPT_HEADERS) {
      String value = response.getHeaderString(header);
      if (value != null) {
        problem.header(header, value);
      }
    }
    return problem.build();
  }

  /** Names the field where the library does; its own words are about classes. */
  private static String unread(Throwable failure) {
    Matcher field = UNKNOWN_FIELD.matcher(String.valueOf(failure.getMessage()));
    return field.find()
        ? "there is no field " + field.group(1)
        : "the body is not the JSON that is wanted";
  }

  private static Response refused(RequestRefusedException refused) {
    int status =
        switch (refused.why()) {
          case UNKNOWN -> 404;
          case TOO_MANY_OPEN, TOO_MANY_REQUESTS, TOO_MANY_MESSAGES -> 429;
          case NO_LIVE_MAIL, BUSY -> 503;
          case TOO_LARGE,
              TOO_MANY_COPIES,
              NOTHING_MISSING,
              NOT_PENDING,
              SECOND_NEEDED,
              FIRST_MEANWHILE,
              TOO_LATE,
              NOT_DONE,
              EXPIRED ->
              409;
        };
    String detail = String.valueOf(refused.getMessage());
    return problem(status, "That cannot be requested", detail, refused.why().name()).build();
  }

  private static Response.ResponseBuilder problem(int status, String detail) {
    return problem(status, title(status), detail, "");
  }

  private static Response.ResponseBuilder problem(
      int status, String title, String detail, String reason) {
    JsonObjectBuilder problem =
        Json.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", title)
            .add("status", status);
    if (!detail.isEmpty()) {
      problem.add("detail", detail);
    }
    if (!reason.isEmpty()) {
      problem.add("reason", reason);
    }
    return Response.status(status)
        .header(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .entity(problem.build().toString());
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "The request makes no sense";
      case 401 -> "Sign in with a mailbox's password";
      case 404 -> "There is no such thing in this mailbox";
      case 405 -> "Nothing can be changed here";
      case 406 -> "There is no such form of it";
      case 503 -> "This snapshot is not indexed yet";
      default -> {
        Response.Status known = Response.Status.fromStatusCode(status);
        yield known == null ? "Error" : known.getReasonPhrase();
      }
    };
  }
}
