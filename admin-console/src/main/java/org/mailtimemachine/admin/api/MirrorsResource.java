package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.MirrorAuthority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/** The Mirrors of the administrator's domains, for a program. */
@Path("mirrors")
@Tag(name = "Mirrors")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class MirrorsResource {

  private static final System.Logger LOG = System.getLogger(MirrorsResource.class.getName());

  @Inject private OwnAuthority authority;
  @Inject private Once once;

  /**
   * One of them.
   *
   * @param source an address, or a domain for all of its recipients
   * @param destinations the mailboxes that get copies
   * @param ended null while it is in force
   */
  @Schema(name = "Mirror")
  public record Line(
      String id,
      String source,
      List<String> destinations,
      int days,
      boolean readOnly,
      String madeBy,
      Instant made,
      @Nullable Instant ended) {

    static Line of(RegisteredMirror mirror) {
      return new Line(
          mirror.id(),
          MirrorAuthority.text(mirror.rule().source()),
          texts(mirror.rule().destinations()),
          mirror.rule().days(),
          mirror.readOnly(),
          mirror.madeBy(),
          mirror.made(),
          mirror.end().map(RegisteredMirror.End::time).orElse(null));
    }
  }

  /**
   * One that was made.
   *
   * @param mailbox the one that was made for it; null where none was
   * @param password of that mailbox, told this once; null where nobody signs in to it
   */
  @Schema(name = "MadeMirror")
  public record Made(Line mirror, @Nullable String mailbox, @Nullable String password) {

    static Made of(MadeMirror made) {
      return new Made(
          Line.of(made.mirror()),
          made.mirror().own().stream().map(MailboxAddress::toString).findFirst().orElse(null),
          made.password().orElse(null));
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Made[" + mirror + "]";
    }
  }

  /** A new password of a mailbox, told this once. */
  @Schema(name = "MirrorPassword")
  public record Password(String mailbox, String password) {
    /** Without it. */
    @Override
    public String toString() {
      return "Password[" + mailbox + "]";
    }
  }

  private static List<String> texts(List<MailboxAddress> mailboxes) {
    return mailboxes.stream().map(MailboxAddress::toString).toList();
  }

  /** All of them, those that have ended too, in the order in which they were made. */
  @GET
  @Operation(summary = "All mirrors, in the order in which they were made")
  public List<Line> mirrors() throws IOException {
    return own().mirrors().stream().map(Line::of).toList();
  }

  /** One of them. */
  @GET
  @Path("{id}")
  @Operation(summary = "One mirror")
  public Line mirror(@PathParam("id") String id) throws IOException {
    try {
      return Line.of(own().mirror(id));
    } catch (NotYoursException e) {
      throw new NotFoundException(e);
    }
  }

  /**
   * Makes one, which is in force when this is answered. Body: {@code source}, {@code days}, {@code
   * ownMailbox}, {@code existing}, {@code readOnly}, {@code olderMailMayGo}.
   */
  @POST
  @Operation(
      operationId = "addMirror",
      summary = "Make one, which is in force when this is answered")
  @RequestBody(
      content =
          @Content(
              schema =
                  @Schema(
                      type = SchemaType.OBJECT,
                      requiredProperties = {"source", "days"},
                      properties = {
                        @SchemaProperty(
                            name = "source",
                            type = SchemaType.STRING,
                            description = "An address, or a domain for all of its recipients"),
                        @SchemaProperty(
                            name = "days",
                            type = SchemaType.INTEGER,
                            description = "1 to 3650"),
                        @SchemaProperty(
                            name = "ownMailbox",
                            type = SchemaType.BOOLEAN,
                            description = "Whether a mailbox is made for it"),
                        @SchemaProperty(
                            name = "existing",
                            type = SchemaType.ARRAY,
                            description = "Addresses of mailboxes that get copies",
                            implementation = String.class),
                        @SchemaProperty(
                            name = "readOnly",
                            type = SchemaType.BOOLEAN,
                            description = "Whether that mailbox is one that nobody can change"),
                        @SchemaProperty(
                            name = "olderMailMayGo",
                            type = SchemaType.BOOLEAN,
                            description =
                                "Whether mail in them that is older than these days may be deleted")
                      })))
  @APIResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = Made.class)))
  public Response add(String body, @HeaderParam(Once.HEADER) @Nullable String key)
      throws IOException {
    MirrorAuthority own = own();
    return once.answer(
        key,
        body,
        () ->
            changed(
                Response.Status.CREATED,
                "source",
                () -> {
                  MirrorBody wanted =
                      MirrorBody.of(
                          body,
                          Set.of(
                              "source",
                              "days",
                              "ownMailbox",
                              "existing",
                              "readOnly",
                              "olderMailMayGo"));
                  return Made.of(
                      own.add(
                          new NewMirror(
                              wanted.source(),
                              wanted.flag("ownMailbox") || wanted.flag("readOnly"),
                              wanted.existing().orElse(List.of()),
                              wanted.days().orElseThrow(MirrorBody::noDays),
                              wanted.flag("readOnly"),
                              wanted.flag("olderMailMayGo"))));
                }));
  }

  /** Changes {@code days} and {@code existing}; what is left out stays as it is. */
  @PATCH
  @Path("{id}")
  @Operation(
      operationId = "changeMirror",
      summary = "Change days and mailboxes; what is left out stays")
  @RequestBody(
      content =
          @Content(
              schema =
                  @Schema(
                      type = SchemaType.OBJECT,
                      properties = {
                        @SchemaProperty(
                            name = "days",
                            type = SchemaType.INTEGER,
                            description = "1 to 3650"),
                        @SchemaProperty(
                            name = "existing",
                            type = SchemaType.ARRAY,
                            description = "Addresses of mailboxes that get copies",
                            implementation = String.class),
                        @SchemaProperty(
                            name = "olderMailMayGo",
                            type = SchemaType.BOOLEAN,
                            description =
                                "Whether mail in them that is older than these days may be deleted")
                      })))
  @APIResponse(
      responseCode = "200",
      description = "Done",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response change(@PathParam("id") String id, String body) throws IOException {
    MirrorAuthority own = own();
    return once.answer(
        null,
        body,
        () ->
            changed(
                Response.Status.OK,
                "existing",
                () -> {
                  MirrorBody wanted =
                      MirrorBody.of(body, Set.of("days", "existing", "olderMailMayGo"));
                  RegisteredMirror before = found(own, id);
                  return Line.of(
                      own.change(
                          id,
                          wanted.days().orElse(before.rule().days()),
                          wanted
                              .existing()
                              .orElseGet(
                                  () ->
                                      before.rule().destinations().stream()
                                          .filter(each -> !before.own().contains(each))
                                          .toList()),
                          wanted.flag("olderMailMayGo")));
                }));
  }

  /**
   * Ends one.
   *
   * @param mailStays whether the mailbox made for it keeps what it holds, for good
   */
  @DELETE
  @Path("{id}")
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "endMirror", summary = "End one")
  @APIResponse(
      responseCode = "200",
      description = "Done",
      content = @Content(schema = @Schema(implementation = Line.class)))
  public Response end(
      @PathParam("id") String id, @QueryParam("mailStays") @Nullable String mailStays)
      throws IOException {
    MirrorAuthority own = own();
    return once.answer(
        null,
        "",
        () ->
            changed(
                Response.Status.OK,
                "id",
                () -> {
                  if (mailStays != null && !mailStays.matches("true|false")) {
                    throw ProblemException.ofField(
                        "mailStays", "mailStays is neither true nor false.", "Send true or false.");
                  }
                  found(own, id);
                  return Line.of(own.end(id, "true".equals(mailStays)));
                }));
  }

  /** Gives the mailbox that was made for one a new password; the one before opens it no more. */
  @POST
  @Path("{id}/password")
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "newMirrorPassword", summary = "A new password for its mailbox")
  @APIResponse(
      responseCode = "200",
      description = "Done",
      content = @Content(schema = @Schema(implementation = Password.class)))
  public Response newPassword(
      @PathParam("id") String id, @HeaderParam(Once.HEADER) @Nullable String key)
      throws IOException {
    MirrorAuthority own = own();
    return once.answer(
        key,
        "",
        () ->
            changed(
                Response.Status.OK,
                "id",
                () -> {
                  RegisteredMirror mirror = found(own, id);
                  String password = own.newPassword(id);
                  return new Password(mirror.own().getFirst().toString(), password);
                }));
  }

  private MirrorAuthority own() throws IOException {
    if (!authority.hasMirrors()) {
      throw new NotFoundException();
    }
    return authority.mirrors();
  }

  /** One that is not theirs is as one that does not exist. */
  private static RegisteredMirror found(MirrorAuthority own, String id) {
    try {
      return own.mirror(id);
    } catch (NotYoursException e) {
      throw new ProblemException(
          Response.Status.NOT_FOUND,
          "UNKNOWN",
          "id",
          "There is no mirror " + id + ".",
          "GET /mirrors lists them.");
    }
  }

  private interface Change {
    Object make() throws NotYoursException, MirrorRefusedException, IOException;
  }

  /**
   * Answers, or says why not.
   *
   * @param foreign the field that names a mailbox or a domain of others
   */
  private static Answer changed(Response.Status done, String foreign, Change change) {
    try {
      return Answer.of(done, change.make());
    } catch (NotYoursException e) {
      throw new ProblemException(
          Response.Status.FORBIDDEN,
          "FOREIGN",
          foreign,
          "A mailbox or domain of it is not one of this administrator.",
          "Name mailboxes and domains of the administrator's domains alone.");
    } catch (MirrorRefusedException e) {
      throw MirrorBody.refused(e);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "The mirrors could not be changed", e);
      throw new ProblemException(
          Response.Status.SERVICE_UNAVAILABLE,
          "FAILED",
          "",
          "The mirrors could not be changed.",
          "The log of the server says why. Look whether it was done before asking again.");
    }
  }
}
