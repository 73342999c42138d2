package org.mailtimemachine.mirror;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * The mirrors that are in force at one moment, and where a recipient's mail goes by them. Costs the
 * same for one mirror and for ten thousand. Immutable.
 */
public final class MirrorRules {

  private final AddressRules addresses;
  private final Map<MailboxAddress, List<Mirror>> ofRecipients = new HashMap<>();
  private final Map<String, List<Mirror>> ofDomains = new HashMap<>();

  private MirrorRules(Collection<Mirror> mirrors, AddressRules addresses) {
    this.addresses = addresses;
    for (Mirror mirror : mirrors) {
      switch (mirror.source()) {
        case MirrorSource.SingleRecipient(MailboxAddress address) ->
            ofRecipients
                .computeIfAbsent(addresses.plain(address), _ -> new ArrayList<>())
                .add(mirror);
        case MirrorSource.AllRecipients(String domain) ->
            ofDomains.computeIfAbsent(addresses.domain(domain), _ -> new ArrayList<>()).add(mirror);
      }
    }
  }

  public static MirrorRules of(Collection<Mirror> mirrors, AddressRules addresses) {
    return new MirrorRules(mirrors, addresses);
  }

  /** Where no plus-addresses and alias domains are but the usual ones. */
  public static MirrorRules of(Collection<Mirror> mirrors) {
    return of(mirrors, AddressRules.USUAL);
  }

  /**
   * The mirror mailboxes that get a copy of mail to a recipient; none where it cannot be a mailbox
   * of this host. A mailbox is never mirrored into itself.
   *
   * @param recipient of RCPT TO, before any alias
   */
  public Set<MailboxAddress> destinations(String recipient) {
    MailboxAddress address;
    try {
      address = MailboxAddress.of(recipient);
    } catch (IllegalArgumentException e) {
      return Set.of(); // what cannot be a mailbox cannot be the source of a mirror
    }
    Set<MailboxAddress> destinations = new LinkedHashSet<>();
    for (MailboxAddress form : addresses.forms(address)) {
      add(ofRecipients.get(form), address, destinations);
    }
    add(ofDomains.get(addresses.domain(address.domain())), address, destinations);
    return destinations;
  }

  private void add(
      @Nullable List<Mirror> mirrors, MailboxAddress recipient, Set<MailboxAddress> destinations) {
    if (mirrors == null) {
      return;
    }
    for (Mirror mirror : mirrors) {
      for (MailboxAddress destination : mirror.destinations()) {
        if (!addresses.isFor(recipient, destination)) {
          destinations.add(destination);
        }
      }
    }
  }
}
