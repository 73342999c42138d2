package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.SecondFactorSettings;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.Seed;

/** The administrator's own account, and its second factor. */
@Named("accountPage")
@RequestScoped
public class AccountPage {

  @Inject private OwnAuthority authority;
  @Inject private SecondFactorSettings settings;
  @Inject private Texts texts;

  private Optional<SecondFactor> factor = Optional.empty();
  private Optional<Seed> begun = Optional.empty();
  private List<String> codes = List.of();

  @PostConstruct
  void load() {
    factor = settings.find();
    begun = settings.begun();
    codes = settings.takeRecoveryCodes();
  }

  private Administrator administrator() {
    return authority.get().administrator();
  }

  public String getEmail() {
    return administrator().email();
  }

  public String getLanguage() {
    return administrator().language().getDisplayLanguage(administrator().language());
  }

  public boolean isActive() {
    return factor.isPresent();
  }

  public boolean isBegun() {
    return begun.isPresent();
  }

  /** Since when there is a second factor, and how many recovery codes are left. */
  public String getState() {
    return factor
        .map(
            each ->
                texts.of("account.active", texts.longMoment(each.since()), each.recovery().size()))
        .orElseGet(() -> texts.of("account.inactive"));
  }

  /** The seed in groups of four, to be typed. */
  public String getSeed() {
    return begun.map(seed -> seed.base32().replaceAll("(.{4})(?=.)", "$1 ")).orElse("");
  }

  /** The seed as a picture, for the camera of an authenticator. */
  public String getPicture() {
    return begun
        .map(seed -> seed.uri(texts.of("product"), administrator().name()))
        .map(QrPicture::dataUrl)
        .orElse("");
  }

  /** Recovery codes, shown once. */
  public List<String> getCodes() {
    return codes;
  }
}
