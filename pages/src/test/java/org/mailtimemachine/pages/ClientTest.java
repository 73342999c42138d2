package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientTest {

  @Test
  void anIpv4AddressIsItsOwnNetworkAndSite() {
    assertThat(Client.of("192.0.2.1")).isEqualTo(new Client("192.0.2.1", "192.0.2.1", "192.0.2.1"));
    assertThat(Client.of("::ffff:192.0.2.1").network()).isEqualTo("192.0.2.1");
  }

  @Test
  void ipv6AddressesOfOneNetworkAreOneClientAndThoseOfOneSiteBelongTogether() {
    Client one = Client.of("2001:db8:1:2::3");
    assertThat(one.network()).isEqualTo(Client.of("2001:db8:1:2:ffff::").network());
    assertThat(one.network()).isNotEqualTo(Client.of("2001:db8:1:3::3").network());
    assertThat(one.site()).isEqualTo(Client.of("2001:db8:1:3::3").site());
    assertThat(one.site()).isNotEqualTo(Client.of("2001:db8:2:2::3").site());
  }

  @Test
  void whatIsNoAddressIsOneClient() {
    assertThat(Client.of("example.test")).isEqualTo(Client.of(""));
  }
}
