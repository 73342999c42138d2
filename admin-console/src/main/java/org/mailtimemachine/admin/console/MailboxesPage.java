package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;

/** Mailboxes and how many days there are of each. */
@Named("mailboxesPage")
@RequestScoped
public class MailboxesPage {

  private static final System.Logger LOG = System.getLogger(MailboxesPage.class.getName());

  private static final String ADDRESS = "address";

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private String text = "";
  private String sort = ADDRESS;
  private boolean descending;
  private boolean unreadable;
  private List<Line> lines = List.of();
  private Pager pager = new Pager("", 0, 0);

  /**
   * A line of the list.
   *
   * @param size in words
   * @param bytes the same in digits; both empty where it is not known
   */
  public record Line(
      String address,
      String url,
      long days,
      String newest,
      long messages,
      String size,
      String bytes) {}

  /** What the list can be sorted by besides the address, the smallest first. */
  private static final Map<String, Comparator<Known>> ORDERS =
      Map.of(
          "days",
          Comparator.comparingLong(known -> known.size().map(MailboxSizes.Size::days).orElse(0L)),
          "newest",
          Comparator.comparing(known -> known.size().map(size -> size.newest().text()).orElse("")),
          "messages",
          Comparator.comparingLong(
              known -> known.size().map(MailboxSizes.Size::messages).orElse(0L)),
          "size",
          Comparator.comparingLong(
              known -> known.size().map(size -> size.bytes().orElse(0)).orElse(0L)));

  /** Empty where no day of it is indexed yet. */
  private record Known(MailboxAddress address, Optional<MailboxSizes.Size> size) {}

  @PostConstruct
  void load() {
    Parameters parameters = new Parameters(request);
    text = parameters.text("text");
    sort = ORDERS.containsKey(parameters.text("sort")) ? parameters.text("sort") : ADDRESS;
    descending = parameters.text("order").equals("desc");
    try {
      List<MailboxAddress> found = authority.get().mailboxes(text);
      String address =
          "mailboxes.xhtml?text=%s&sort=%s&order=%s&"
              .formatted(Parameters.encoded(text), sort, descending ? "desc" : "asc");
      pager = Pager.within(address, parameters.page(), found.size());
      lines = (sort.equals(ADDRESS) ? byAddress(found) : bySize(found)).map(this::line).toList();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The mailboxes of the store cannot be listed", e);
      unreadable = true;
    }
  }

  /** The sizes of those that are shown are enough, and all of 10,000 take seconds. */
  private Stream<Known> byAddress(List<MailboxAddress> found) {
    List<MailboxAddress> shown =
        (descending ? found.reversed() : found)
            .stream().skip(pager.offset()).limit(Pager.SIZE).toList();
    return known(shown, authority.get().sizes(shown));
  }

  private Stream<Known> bySize(List<MailboxAddress> found) {
    Comparator<Known> order =
        Objects.requireNonNull(ORDERS.get(sort)).thenComparing(Known::address);
    return known(found, authority.get().sizes())
        .sorted(descending ? order.reversed() : order)
        .skip(pager.offset())
        .limit(Pager.SIZE);
  }

  private static Stream<Known> known(
      List<MailboxAddress> mailboxes, Map<MailboxAddress, MailboxSizes.Size> sizes) {
    return mailboxes.stream()
        .map(mailbox -> new Known(mailbox, Optional.ofNullable(sizes.get(mailbox))));
  }

  private Line line(Known known) {
    String url = "mailbox.xhtml?address=" + Parameters.encoded(known.address().toString());
    Optional<MailboxSizes.Size> size = known.size();
    OptionalLong bytes = size.map(MailboxSizes.Size::bytes).orElse(OptionalLong.empty());
    return new Line(
        known.address().toString(),
        url,
        size.map(MailboxSizes.Size::days).orElse(0L),
        size.map(each -> texts.shortDay(each.newest())).orElse(""),
        size.map(MailboxSizes.Size::messages).orElse(0L),
        bytes.isPresent() ? texts.size(bytes.getAsLong()) : "",
        bytes.isPresent() ? Long.toString(bytes.getAsLong()) : "");
  }

  public String getText() {
    return text;
  }

  public String getSort() {
    return sort;
  }

  public boolean isDescending() {
    return descending;
  }

  /** What can be asked for, as the columns stand. */
  public List<String> getSorts() {
    return List.of(ADDRESS, "days", "newest", "messages", "size");
  }

  /** Whether the Store cannot be read now. */
  public boolean isUnreadable() {
    return unreadable;
  }

  public List<Line> getLines() {
    return lines;
  }

  public Pager getPager() {
    return pager;
  }
}
