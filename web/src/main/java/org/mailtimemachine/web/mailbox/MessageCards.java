package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.mailtimemachine.web.message.Delivery;
import org.mailtimemachine.web.message.Enclosures;
import org.mailtimemachine.web.message.Warning;

/** What stands around the text of the opened message: warnings, invitations, reports, messages. */
@Named("cards")
@RequestScoped
public class MessageCards {

  @Inject private ReadingPane pane;
  @Inject private Preferences preferences;
  @Inject private Texts texts;

  /**
   * What a delivery report says of one recipient.
   *
   * @param bad whether the message did not arrive
   * @param reason the words of a server; hostile
   */
  public record DeliveryRow(String outcome, boolean bad, String status, String reason) {}

  /** A message within the message; all text hostile. */
  public record ForwardedRow(
      String subject, String from, String date, String url, String download) {}

  /** What may mislead, one sentence each. */
  public List<String> getWarnings() {
    return pane.warnings().stream().map(this::sentence).toList();
  }

  public List<InvitationCard> getInvitations() {
    return pane.enclosures().stream()
        .flatMap(enclosures -> enclosures.invitations().stream())
        .map(invitation -> InvitationCard.of(invitation, texts, preferences.zone()))
        .toList();
  }

  public List<DeliveryRow> getDeliveries() {
    return pane.enclosures().stream()
        .flatMap(enclosures -> enclosures.deliveries().stream())
        .map(this::row)
        .toList();
  }

  public List<ForwardedRow> getMessages() {
    return pane.enclosures().stream()
        .flatMap(enclosures -> enclosures.messages().stream())
        .map(this::row)
        .toList();
  }

  private String sentence(Warning warning) {
    return texts.of("warning." + warning.kind(), warning.values().toArray());
  }

  private DeliveryRow row(Delivery delivery) {
    return new DeliveryRow(
        texts.of("delivery." + delivery.outcome(), delivery.recipient()),
        delivery.outcome() == Delivery.Outcome.FAILED,
        delivery.status(),
        delivery.reason());
  }

  private ForwardedRow row(Enclosures.Forwarded message) {
    String subject = message.summary().subject();
    return new ForwardedRow(
        subject.isEmpty() ? texts.of("message.noSubject") : subject,
        message.summary().from(),
        message.summary().date().map(texts::moment).orElse(""),
        pane.within(message.number()),
        pane.attachment(message.number()));
  }
}
