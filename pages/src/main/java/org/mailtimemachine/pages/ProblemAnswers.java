package org.mailtimemachine.pages;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * Says in the OpenAPI document of a REST interface that every operation may be answered by a {@link
 * Problem}. Only the build runs it; the server has no such document to filter.
 */
public final class ProblemAnswers implements OASFilter {

  private static final String NAME = "Problem";

  @Override
  public Operation filterOperation(Operation operation) {
    operation
        .getResponses()
        .addAPIResponse("default", OASFactory.createAPIResponse().ref("problem"));
    return operation;
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    Schema problem =
        text("Why there is no other answer (RFC 9457)")
            .type(List.of(Schema.SchemaType.OBJECT))
            .addProperty("type", text("about:blank"))
            .addProperty("title", text("The same for the same status"))
            .addProperty("status", text("Of HTTP").type(List.of(Schema.SchemaType.INTEGER)))
            .addProperty("detail", text("What is wrong here"))
            .addProperty("reason", text("A word for programs, where one says more"))
            .addProperty("field", text("The field, parameter or header that is wrong"))
            .addProperty("remedy", text("What can be done"));
    document
        .getComponents()
        .addSchema(NAME, problem)
        .addResponse(
            "problem",
            OASFactory.createAPIResponse()
                .description("Why there is no other answer")
                .content(
                    OASFactory.createContent()
                        .addMediaType(
                            "application/problem+json",
                            OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(NAME)))));
  }

  private static Schema text(String description) {
    return OASFactory.createSchema()
        .type(List.of(Schema.SchemaType.STRING))
        .description(description);
  }
}
