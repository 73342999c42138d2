package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.SearchField;
import org.mailtimemachine.snapshot.catalogue.MessageFilter.Mark;
import org.mailtimemachine.web.search.BodySearch;
import org.mailtimemachine.web.search.Scope;
import org.mailtimemachine.web.search.Search;

/** The search field, its options, and how a search through bodies stands. */
@Named("search")
@RequestScoped
public class SearchForm {

  @Inject private FolderPane folderPane;
  @Inject private MessageList messageList;
  @Inject private DayDifference difference;
  @Inject private WantedBodySearch bodySearch;
  @Inject private Texts texts;

  /** One of several to choose. */
  public record Option(String value, String label, boolean chosen) {}

  /** A link to the same search with more to find. */
  public record Wider(String label, String url) {}

  private Place place() {
    return folderPane.place();
  }

  private Search search() {
    return place().search();
  }

  public String getText() {
    return search().text();
  }

  /** Whether anything is searched for. */
  public boolean isActive() {
    return search().active()
        && !(difference.isShown() && search().equals(DayDifference.EVERYWHERE));
  }

  /** Whether more is chosen than a text. */
  public boolean isRefined() {
    Search search = search();
    return !new Search(
                search.text(), Set.of(), Set.of(), search.since(), search.until(), search.scope())
            .equals(search)
        || search.since().isPresent()
        || search.until().isPresent()
        || (search.scope().wide() && !difference.isShown());
  }

  public List<Option> getFields() {
    return options(SearchField.values(), search().fields(), "search.in.");
  }

  public List<Option> getMarks() {
    return options(Mark.values(), search().marks(), "search.only.");
  }

  public List<Option> getScopes() {
    return options(Scope.values(), EnumSet.of(search().scope()), "search.scope.");
  }

  private <E extends Enum<E>> List<Option> options(E[] all, Set<E> chosen, String key) {
    return Arrays.stream(all)
        .map(
            one ->
                new Option(
                    Search.word(one), texts.of(key + Search.word(one)), chosen.contains(one)))
        .toList();
  }

  public String getSince() {
    return search().since().map(Object::toString).orElse("");
  }

  public String getUntil() {
    return search().until().map(Object::toString).orElse("");
  }

  /** The day that is compared with, or an empty string. */
  public String getCompare() {
    return place().compared().map(compared -> compared.other().text()).orElse("");
  }

  /** What is listed of the difference, or of what is gone; or an empty string. */
  public String getShow() {
    return place()
        .compared()
        .map(compared -> Search.word(compared.what()))
        .orElse(place().gone() ? "gone" : "");
  }

  /** Where was searched, and how much was found, as {@code All days · 12 found}. */
  public String getTold() {
    String where = texts.of("search.where." + Search.word(search().scope()), folderPane.getLabel());
    return isReading() ? where : texts.of("search.found", where, messageList.getTotal());
  }

  /** Where else it can be looked for, as long as nothing was found. */
  public List<Wider> getWider() {
    if (!isActive() || !messageList.isNone() || isUnderWay()) {
      return List.of();
    }
    Search search = search();
    List<Wider> wider = new ArrayList<>();
    if (search.scope() == Scope.FOLDER || search.scope() == Scope.BELOW) {
      wider.add(wider("all", search.fields(), Scope.ALL));
    }
    if (search.scope() != Scope.DAYS && place().compared().isEmpty() && !place().gone()) {
      wider.add(wider("days", search.fields(), Scope.DAYS));
    }
    if (!search.text().isEmpty() && !search.fields().contains(SearchField.ENTIRE)) {
      wider.add(wider("entire", Set.of(SearchField.ENTIRE), search.scope()));
    }
    return wider;
  }

  private Wider wider(String word, Set<SearchField> fields, Scope scope) {
    Search search = search();
    return new Wider(
        texts.of("search.wider." + word),
        place()
            .withoutMessage()
            .withSearch(
                new Search(
                    search.text(), fields, search.marks(), search.since(), search.until(), scope))
            .url());
  }

  /** Whether more may still be found. */
  private boolean isUnderWay() {
    return bodySearch.result().filter(BodySearch.Result::goesOn).isPresent();
  }

  /** The same list without the search. */
  public String getCleared() {
    return place().withSearch(Search.NONE).url();
  }

  public boolean isUnreadOnly() {
    return search().marks().contains(Mark.UNREAD);
  }

  /** The same search with unread messages only, or with all again. */
  public String getUnreadUrl() {
    Search search = search();
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    marks.addAll(search.marks());
    if (!marks.remove(Mark.UNREAD)) {
      marks.add(Mark.UNREAD);
    }
    return place()
        .withoutMessage()
        .withSearch(
            new Search(
                search.text(),
                search.fields(),
                marks,
                search.since(),
                search.until(),
                search.scope()))
        .url();
  }

  /** Whether messages are read for it. */
  public boolean isReading() {
    return bodySearch.result().isPresent();
  }

  /** {@code waiting}, {@code running}, {@code done}, {@code full} or {@code stopped}. */
  public String getState() {
    return bodySearch.result().map(result -> Search.word(result.state())).orElse("");
  }

  public long getRead() {
    return bodySearch.result().map(BodySearch.Result::read).orElse(0L);
  }

  public long getTotal() {
    return bodySearch.result().map(result -> Math.max(1, result.total())).orElse(1L);
  }

  /** How it stands, in words. */
  public String getSentence() {
    return bodySearch
        .result()
        .map(
            result ->
                texts.of(
                    "search.state." + Search.word(result.state()),
                    result.read(),
                    result.total(),
                    result.found()))
        .orElse("");
  }
}
