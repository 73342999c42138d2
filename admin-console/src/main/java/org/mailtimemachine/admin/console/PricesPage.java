package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.authority.TermsAuthority;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.restore.terms.Terms;

/** What restores cost in which domain, and who must confirm them. */
@Named("pricesPage")
@RequestScoped
public class PricesPage {

  private static final String HOST = "host";
  private static final String NEW = "new";
  private static final String DOMAIN = "domain";

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private List<Line> lines = List.of();
  private String editing = "";
  private String domain = "";
  private Terms edited = Terms.USUAL;

  /**
   * A line of the list.
   *
   * @param url where it can be changed; null where it cannot
   */
  public record Line(
      String domain, @Nullable String url, String price, String alone, String second) {}

  @PostConstruct
  void load() {
    TermsAuthority own = authority.terms();
    SortedMap<String, Terms> ofDomains = own.ofDomains();
    List<Line> all = new ArrayList<>();
    own.ofHost()
        .ifPresent(
            terms -> all.add(line(texts.of("prices.host"), "prices.xhtml?edit=host", terms)));
    ofDomains.forEach((name, terms) -> all.add(line(name, url(own, name), terms)));
    lines = all;
    if (own.changeable()) {
      edit(own, ofDomains);
    }
  }

  private static @Nullable String url(TermsAuthority own, String name) {
    return own.changeable() ? "prices.xhtml?edit=domain&domain=" + Parameters.encoded(name) : null;
  }

  private void edit(TermsAuthority own, SortedMap<String, Terms> ofDomains) {
    Parameters parameters = new Parameters(request);
    String wanted = parameters.text("edit");
    String name = parameters.text(DOMAIN).toLowerCase(Locale.ROOT);
    if (wanted.equals(HOST) || wanted.equals(NEW)) {
      editing = wanted;
      edited = own.ofHost().orElse(Terms.USUAL);
    } else if (wanted.equals(DOMAIN) && ofDomains.containsKey(name)) {
      editing = wanted;
      domain = name;
      edited = ofDomains.getOrDefault(name, Terms.USUAL);
    }
  }

  private Line line(String name, @Nullable String url, Terms terms) {
    return new Line(
        name,
        url,
        price(terms.price()),
        terms.aloneUpTo() == 0
            ? texts.of("prices.alone.never")
            : texts.of("prices.alone.upto", terms.aloneUpTo()),
        terms
            .secondAbove()
            .map(above -> texts.of("prices.second.above", above))
            .orElseGet(() -> texts.of("prices.second.never")));
  }

  private String price(Price price) {
    if (price.isFree()) {
      return texts.of("money.nothing");
    }
    List<String> parts = new ArrayList<>();
    if (price.perRequest().signum() > 0) {
      parts.add(texts.of("prices.request", texts.money(price.perRequest(), price.currency())));
    }
    if (price.perMessage().signum() > 0) {
      parts.add(texts.of("prices.message", texts.money(price.perMessage(), price.currency())));
    }
    if (price.perGigabyte().signum() > 0) {
      parts.add(texts.of("prices.gigabyte", texts.money(price.perGigabyte(), price.currency())));
    }
    return String.join(" + ", parts);
  }

  public List<Line> getLines() {
    return lines;
  }

  public boolean isChangeable() {
    return authority.terms().changeable();
  }

  /** What is being changed: the host, a domain, a new one; empty where nothing is. */
  public String getEditing() {
    return editing;
  }

  public String getTitle() {
    return switch (editing) {
      case HOST -> texts.of("prices.edit.host");
      case DOMAIN -> texts.of("prices.edit.domain", domain);
      default -> texts.of("prices.edit.new");
    };
  }

  public String getDomain() {
    return domain;
  }

  public String getCurrency() {
    return edited.price().currency().getCurrencyCode();
  }

  public String getPerRequest() {
    return edited.price().perRequest().toPlainString();
  }

  public String getPerMessage() {
    return edited.price().perMessage().toPlainString();
  }

  public String getPerGigabyte() {
    return edited.price().perGigabyte().toPlainString();
  }

  public String getAloneUpTo() {
    return Long.toString(edited.aloneUpTo());
  }

  /** Empty where one is always enough. */
  public String getSecondAbove() {
    return edited.secondAbove().map(above -> Long.toString(above)).orElse("");
  }

  /** Whether a domain would go back to the host's terms. */
  public boolean isRemovable() {
    return editing.equals(DOMAIN);
  }
}
