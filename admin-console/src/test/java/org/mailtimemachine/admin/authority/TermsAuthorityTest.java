package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.admin.MemoryTermsBook;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.ChargePage;
import org.mailtimemachine.restore.terms.ChargeQuery;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.restore.terms.Terms;

class TermsAuthorityTest {

  private static final Terms TWO = new Terms(Price.FREE, 0, Optional.of(10L));

  private final MemoryTermsBook book = new MemoryTermsBook();
  private final List<ChargeQuery> asked = new ArrayList<>();

  private TermsAuthority of(Optional<Set<String>> domains) {
    return new TermsAuthority(
        new Administrator("carla", "", Locale.ENGLISH, domains, false),
        book,
        new Charges() {
          @Override
          public ChargePage page(ChargeQuery query) {
            asked.add(query);
            return new ChargePage(List.of(), 0, List.of());
          }

          @Override
          public List<Charge> after(long number, ChargeQuery query) {
            asked.add(query);
            return List.of();
          }

          @Override
          public List<Charge> changedAfter(long change, ChargeQuery query) {
            asked.add(query);
            return List.of();
          }
        },
        InstantSource.fixed(SmallHost.NOW));
  }

  @Test
  void theTermsAreTheHostsToChange() throws Exception {
    TermsAuthority host = of(Optional.empty());
    host.set(Optional.of("ours.test"), TWO);

    assertThat(host.ofDomains()).containsOnlyKeys("ours.test");
    assertThat(book.entries.getLast().action()).isEqualTo("terms.set");
    assertThat(book.entries.getLast().subject()).isEqualTo("ours.test");
    host.remove("ours.test");
    assertThat(host.ofDomains()).isEmpty();
  }

  @Test
  void anAdministratorOfADomainSeesItsTermsAndChargesAndChangesNothing() throws Exception {
    of(Optional.empty()).set(Optional.empty(), TWO);
    of(Optional.empty()).set(Optional.of("theirs.test"), Terms.USUAL);
    TermsAuthority ours = of(Optional.of(Set.of("ours.test")));

    assertThat(ours.changeable()).isFalse();
    assertThat(ours.ofHost()).isEmpty();
    assertThat(ours.ofDomains()).containsOnlyKeys("ours.test").containsValue(TWO);
    assertThatExceptionOfType(NotYoursException.class)
        .isThrownBy(() -> ours.set(Optional.of("ours.test"), Terms.USUAL));
    assertThatExceptionOfType(NotYoursException.class).isThrownBy(() -> ours.remove("ours.test"));
    assertThat(book.of("ours.test")).isEqualTo(TWO);

    ours.charges("", Optional.empty(), Optional.empty(), true, 0, 10);
    ours.chargesAfter(0, "", Optional.empty(), Optional.empty(), 10);
    ours.chargesChangedAfter(0, "", Optional.empty(), Optional.empty(), 10);
    assertThat(asked)
        .hasSize(3)
        .allSatisfy(query -> assertThat(query.domains()).contains(Set.of("ours.test")));
  }
}
