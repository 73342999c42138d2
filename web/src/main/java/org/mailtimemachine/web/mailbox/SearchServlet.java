package org.mailtimemachine.web.mailbox;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.mailtimemachine.pages.Problem;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;
import org.mailtimemachine.web.search.BodyQuestion;
import org.mailtimemachine.web.search.BodySearch;
import org.mailtimemachine.web.search.BodySearches;
import org.mailtimemachine.web.search.Search;
import org.mailtimemachine.web.search.TooManySearches;

/**
 * Carries out a search through bodies while its answer is read: the parameters are those of the
 * page's address, and each line of the answer says how far it is, as one JSON object with {@code
 * state}, {@code read}, {@code total} and {@code found}. Whoever closes the connection ends the
 * search. It is part of the REST interface by its address, and a servlet because JAX-RS writes what
 * is streamed in the thread of the request: a search waits for its turn and for the disk, and must
 * not hold a thread that others need.
 */
@WebServlet(urlPatterns = "/api/v1/search", asyncSupported = true)
public class SearchServlet extends HttpServlet {

  private static final System.Logger LOG = System.getLogger(SearchServlet.class.getName());

  private static final long TICK_MILLIS = 200;

  private final transient WantedBodySearch wanted;
  private final transient BodySearches searches;
  private final transient Clock clock;
  private final transient ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("search-", 0).factory());

  @Inject
  SearchServlet(WantedBodySearch wanted, BodySearches searches, Clock clock) {
    this.wanted = wanted;
    this.searches = searches;
    this.clock = clock;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<BodyQuestion> question;
    try {
      question = wanted.question();
    } catch (RuntimeException e) {
      failed(response, e);
      return;
    }
    if (question.isEmpty()) {
      Problem.send(
          response,
          HttpServletResponse.SC_BAD_REQUEST,
          "q, and in=body or in=entire, of a day that is there are needed");
      return;
    }
    String session = wanted.session(); // of this request: not to be asked for elsewhere
    AsyncContext answering = request.startAsync();
    answering.setTimeout(0); // a search ends by itself, or where nobody reads it
    threads.execute(
        () -> {
          try {
            search(session, question.get(), response);
          } finally {
            answering.complete();
          }
        });
  }

  private void search(String session, BodyQuestion question, HttpServletResponse response) {
    try {
      searches.search(session, question, new Lines(response, clock));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody waits for a search any more", e);
    } catch (TooManySearches e) {
      response.setHeader("Retry-After", Long.toString(e.retryAfter().toSeconds()));
      problem(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Too many searches at once");
    } catch (RuntimeException e) {
      failed(response, e);
    }
  }

  private static void failed(HttpServletResponse response, RuntimeException e) {
    LOG.log(System.Logger.Level.ERROR, "A search failed", e);
    if (StoreUnavailable.caused(e)) {
      problem(
          response,
          HttpServletResponse.SC_SERVICE_UNAVAILABLE,
          "Past mail cannot be read at the moment");
    } else {
      problem(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "The search failed");
    }
  }

  /** Where lines were written already, the answer ends without the last one. */
  private static void problem(HttpServletResponse response, int status, String title) {
    try {
      if (!response.isCommitted()) {
        Problem.send(response, status, title);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody waits for a search any more", e);
    }
  }

  @Override
  public void destroy() {
    threads.shutdownNow();
  }

  /** Writes a line now and then, and at the end. */
  private static final class Lines implements BodySearches.Watcher {

    private final HttpServletResponse response;
    private final Clock clock;
    private long told;

    Lines(HttpServletResponse response, Clock clock) {
      this.response = response;
      this.clock = clock;
    }

    @Override
    public void told(BodySearch.Result result) throws IOException {
      long now = clock.millis();
      if (result.goesOn() && now - told < TICK_MILLIS) {
        return;
      }
      told = now;
      if (!response.isCommitted()) {
        response.setContentType("application/x-ndjson");
        response.setHeader("Cache-Control", "private, no-store");
        response.setHeader(
            "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
        // a proxy that collects lines would hide the progress, and that nobody waits any more
        response.setHeader("X-Accel-Buffering", "no");
      }
      String line =
          Json.createObjectBuilder()
                  .add("state", Search.word(result.state()))
                  .add("read", result.read())
                  .add("total", result.total())
                  .add("found", result.found())
                  .build()
              + "\n";
      OutputStream out = response.getOutputStream();
      out.write(line.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
