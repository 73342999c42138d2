package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.mailtimemachine.web.search.BodyQuestion;
import org.mailtimemachine.web.search.BodySearch;
import org.mailtimemachine.web.search.BodySearches;
import org.mailtimemachine.web.search.Search;

/**
 * Carries out a search through bodies while its answer is read: the parameters are those of the
 * page's address, and each line of the answer says how far it is. Whoever closes the connection
 * ends the search.
 */
@RequestScoped
@Path("search")
public class SearchResource {

  private static final long TICK_MILLIS = 200;

  @Inject private WantedBodySearch wanted;
  @Inject private BodySearches searches;
  @Inject private Clock clock;

  /** One JSON object a line: {@code state}, {@code read}, {@code total} and {@code found}. */
  @GET
  public Response search() {
    BodyQuestion question =
        wanted
            .question()
            .orElseThrow(() -> new BadRequestException("q and in=body or in=entire are needed"));
    String session = wanted.session();
    StreamingOutput lines = out -> searches.search(session, question, new Lines(out, clock));
    return Response.ok(lines)
        .header("Content-Type", "application/x-ndjson")
        // a proxy that collects lines would hide the progress, and that nobody waits any more
        .header("X-Accel-Buffering", "no")
        .build();
  }

  /** Writes a line now and then, and at the end. */
  private static final class Lines implements BodySearches.Watcher {

    private final OutputStream out;
    private final Clock clock;
    private long told;

    Lines(OutputStream out, Clock clock) {
      this.out = out;
      this.clock = clock;
    }

    @Override
    public void told(BodySearch.Result result) throws IOException {
      long now = clock.millis();
      if (result.goesOn() && now - told < TICK_MILLIS) {
        return;
      }
      told = now;
      String line =
          Json.createObjectBuilder()
                  .add("state", Search.word(result.state()))
                  .add("read", result.read())
                  .add("total", result.total())
                  .add("found", result.found())
                  .build()
              + "\n";
      out.write(line.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
