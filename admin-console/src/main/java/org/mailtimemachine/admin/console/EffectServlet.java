package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;

/**
 * What confirming a request would do now, for the page that shows it: it is planned anew, and the
 * request's thread does not wait for it, as the live Mailbox may be large, or a mail server slow.
 * An answer is words, because it is shown and no more than that: confirming looks at the Mailbox
 * once more.
 */
@WebServlet(urlPatterns = "/effect", asyncSupported = true)
public class EffectServlet extends HttpServlet {

  private static final System.Logger LOG = System.getLogger(EffectServlet.class.getName());

  /** The request attribute that holds what was found. */
  private static final String FOUND = EffectServlet.class.getName();

  private static final String BUSY = "now.busy";

  private final transient OwnAuthority authority;
  private final transient Texts texts;
  private final transient Looks<Found> looks = new Looks<>();

  @Inject
  EffectServlet(OwnAuthority authority, Texts texts) {
    this.authority = authority;
    this.texts = texts;
  }

  /** Either of both. */
  private record Found(Optional<RestorePlan> plan, String problem) {}

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      Authority own = authority.get();
      FiledRequest filed = own.request(new Parameters(request).requiredId());
      if (filed.state() != RequestState.PENDING) {
        throw new IllegalArgumentException("it was decided meanwhile");
      }
      if (request.getAttribute(FOUND) instanceof Found found) {
        String words = found.plan().map(now -> words(filed, now)).orElseGet(() -> failed(found));
        JsonAnswer.send(response, Json.createObjectBuilder().add("words", words));
      } else {
        look(request, own, filed.id());
      }
    } catch (NotYoursException | IllegalArgumentException e) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }

  private void look(HttpServletRequest request, Authority own, UUID id) {
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0); // a look ends by itself
    CompletableFuture<Found> look;
    try {
      look = looks.at(id, () -> look(own, id));
    } catch (RejectedExecutionException e) {
      look = CompletableFuture.completedFuture(new Found(Optional.empty(), BUSY));
    }
    // Whatever happens: or the request would wait for ever.
    var unused =
        look.exceptionally(_ -> new Found(Optional.empty(), "problem." + Hindrance.OTHER))
            .thenAccept(
                found -> {
                  request.setAttribute(FOUND, found);
                  waiting.dispatch();
                });
  }

  private static Found look(Authority own, UUID id) {
    try {
      return new Found(Optional.of(own.planNow(id)), "");
    } catch (RequestRefusedException e) {
      boolean busy = e.why() == RequestRefusedException.Why.BUSY;
      return new Found(Optional.empty(), busy ? BUSY : "refused." + e.why().name());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "What {0} would add now is not known: {1}", id, e.getMessage());
      return new Found(Optional.empty(), "problem." + Hindrance.of(e));
    } catch (NotYoursException | RuntimeException e) {
      // or the request would wait for ever
      LOG.log(Level.ERROR, () -> "What " + id + " would add now cannot be found out", e);
      return new Found(Optional.empty(), "problem." + Hindrance.OTHER);
    }
  }

  private String failed(Found found) {
    return texts.of("now.failed", texts.of(found.problem()));
  }

  private String words(FiledRequest request, RestorePlan now) {
    long planned = request.plan().messages();
    List<String> words = new ArrayList<>();
    words.add(texts.of("now.looked", texts.longMoment(now.made())));
    if (planned == 0) {
      words.add(texts.of("now.folders"));
      return String.join(" ", words);
    }
    if (now.messages() == 0) {
      words.add(texts.of("now.nothing"));
      return String.join(" ", words);
    }
    words.add(
        texts.of("now.adds", texts.of("number.size", now.messages(), texts.size(now.bytes()))));
    words.add(
        now.messages() == planned
            ? texts.of("now.same")
            : texts.of("now.less", planned - now.messages(), planned));
    if (!request.plan().price().isNothing()) {
      words.add(texts.of("now.price", texts.money(request.plan().costOf(now))));
    }
    if (now.quota().isPresent()) {
      words.add(texts.of("now.quota", texts.quota(now.quotaAfter())));
    }
    if (now.exceedsQuota()) {
      words.add(texts.of("now.over"));
    }
    return String.join(" ", words);
  }

  @Override
  public void destroy() {
    looks.close();
  }
}
