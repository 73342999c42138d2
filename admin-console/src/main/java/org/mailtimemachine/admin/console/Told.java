package org.mailtimemachine.admin.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;

/** The sentence about what was just done, or refused: a page that was led to says it. */
@Named("told")
@RequestScoped
public class Told {

  @Inject private HttpServletRequest request;
  @Inject private Texts texts;

  /** Empty where nothing is to be said. */
  public String getSentence() {
    Parameters parameters = new Parameters(request);
    String done = "told." + parameters.text("told");
    String refused = "refused." + parameters.text("refused");
    return texts.has(done) ? texts.of(done) : texts.has(refused) ? texts.of(refused) : "";
  }

  /** Whether it was refused. */
  public boolean isRefused() {
    return texts.has("refused." + new Parameters(request).text("refused"));
  }
}
