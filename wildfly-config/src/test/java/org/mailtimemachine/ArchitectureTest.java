package org.mailtimemachine;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between the modules and the rules of the house, over the classes of every module. */
class ArchitectureTest {

  private static final String HOUSE = "org.mailtimemachine.";

  private static final List<String> MODULES =
      List.of(
          "mailstore",
          "snapshot-engine",
          "restore-engine",
          "mirror-engine",
          "catalogue",
          "pages",
          "web",
          "admin-console",
          "wildfly-config");

  // Read from where Maven compiles to: the WARs' classes are on no class path.
  private static final JavaClasses EVERYTHING =
      new ClassFileImporter()
          .importPaths(
              MODULES.stream().map(name -> Path.of("..", name, "target/classes")).toList());

  @Test
  void everyModuleWasRead() {
    assertThat(MODULES)
        .allSatisfy(name -> assertThat(Path.of("..", name, "target/classes")).isDirectory());
    assertThat(EVERYTHING.size()).isGreaterThan(20);
  }

  @Test
  void theMailstoreKnowsNoOtherModule() {
    onlySees("mailstore", "mailstore");
  }

  @Test
  void theSnapshotEngineSeesTheMailstore() {
    onlySees("snapshot", "snapshot", "mailstore");
  }

  @Test
  void theRestoreEngineSeesSnapshotsAndTheMailstore() {
    onlySees("restore", "restore", "snapshot", "mailstore");
  }

  @Test
  void theMirrorEngineSeesTheMailstore() {
    onlySees("mirror", "mirror", "mailstore");
  }

  @Test
  void theCatalogueSeesTheEngines() {
    onlySees("catalogue", "catalogue", "snapshot", "restore", "mirror", "mailstore");
  }

  @Test
  void theUserInterfacesSeeTheEnginesAndNotTheCatalogue() {
    onlySees("web", "web", "pages", "snapshot", "restore", "mirror", "mailstore");
    onlySees("admin", "admin", "pages", "snapshot", "restore", "mirror", "mailstore");
  }

  @Test
  void whatThePagesShareSeesNobody() {
    onlySees("pages", "pages");
  }

  @Test
  void thePagesOfTheConsoleGoThroughTheAuthority() {
    // It asks whose Mailbox something is about; whoever passes it by would have to ask, too.
    check(
        noClasses()
            .that()
            .resideInAnyPackage(HOUSE + "admin.console..", HOUSE + "admin.api..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "restore.desk.RequestBook")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "restore.desk.RestoreDesk")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "restore.terms.TermsBook")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "mirror.register.MirrorRegister")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "restore.terms.Charges")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "snapshot.holds.Holds")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "restore.opening.Openings")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "snapshot.SnapshotStore")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "snapshot.audit.AuditLog")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(HOUSE + "snapshot.catalogue.Catalogue"));
  }

  @Test
  void thePackagesOfAModuleDoNotGoRoundInCircles() {
    check(slices().matching("org.mailtimemachine.(**)").should().beFreeOfCycles());
  }

  @Test
  void systemCallsAreMadeInOnePackage() {
    check(onlyIn("jnr..", "..mailstore.posix.."));
  }

  @Test
  void hibernateIsKnownToTheCatalogueAlone() {
    check(onlyIn("jakarta.persistence..", "..catalogue.."));
    check(onlyIn("org.hibernate..", "..catalogue.."));
    check(onlyIn("org.flywaydb..", "..catalogue.."));
  }

  @Test
  void databasesAreAskedInFewPlaces() {
    // The Catalogue; the users of the host; the settings that are tried before a server starts.
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("..catalogue..", "..snapshot.mailboxes..", "..command..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql.."));
  }

  @Test
  void mailIsReadSentAndUsedForSignInInOnePackageEach() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("..mailstore.mime..", "..admin.letters..", "..web.signin..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.mail.."));
  }

  @Test
  void theEnginesRunWithoutAContainer() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                HOUSE + "mailstore..",
                HOUSE + "snapshot..",
                HOUSE + "restore..",
                HOUSE + "mirror..")
            .and()
            .resideOutsideOfPackage("..mailstore.mime..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.."));
  }

  @Test
  void onlyTheUserInterfacesInjectIntoFields() {
    check(
        noFields()
            .that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackages(
                HOUSE + "web..", HOUSE + "admin..", HOUSE + "pages..", HOUSE + "catalogue..")
            .should()
            .beAnnotatedWith("jakarta.inject.Inject"));
  }

  @Test
  void nobodyUsesTheFilesAndDatesOfOld() {
    // ProcessBuilder takes nothing newer than a File; it is made and given away in one call.
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("..command..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                java.io.File.class, java.util.Calendar.class, java.text.SimpleDateFormat.class));
  }

  @Test
  void timeComesFromAClockThatWasHandedIn() {
    check(
        noClasses()
            .should()
            .callMethodWhere(
                describe(
                    "it asks the machine's clock",
                    (JavaCall<?> call) ->
                        call.getTargetOwner().getPackageName().equals("java.time")
                            && call.getName().equals("now")
                            && call.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(java.time.Clock.class)))));
  }

  @Test
  void onlyTheCommandLineWritesToTheTerminal() {
    check(noClasses().that().resideOutsideOfPackage("..command..").should(ACCESS_STANDARD_STREAMS));
  }

  @Test
  void namesSayWhatAThingIs() {
    check(noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)(\\$.*)?"));
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() throws Exception {
    for (String module : MODULES) {
      Path sources = Path.of("..", module, "src/main/java");
      if (!Files.isDirectory(sources)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(sources)) {
        List<Path> packages =
            files
                .filter(file -> file.toString().endsWith(".java"))
                .map(Path::getParent)
                .distinct()
                .toList();
        assertThat(packages)
            .allSatisfy(
                directory ->
                    assertThat(directory.resolve("package-info.java"))
                        .content()
                        .startsWith("/**")
                        .contains("@NullMarked"));
      }
    }
  }

  private static void onlySees(String module, String... modules) {
    DescribedPredicate<JavaClass> seen =
        resideInAPackage("org.mailtimemachine..")
            .and(
                DescribedPredicate.not(
                    resideInAnyPackage(
                        Stream.of(modules)
                            .map(name -> HOUSE + name + "..")
                            .toArray(String[]::new))));
    check(
        noClasses()
            .that()
            .resideInAPackage(HOUSE + module + "..")
            .should()
            .dependOnClassesThat(seen));
  }

  private static ArchRule onlyIn(String library, String home) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static void check(ArchRule rule) {
    // A module whose turn comes later has no classes yet that a rule could be broken by.
    rule.allowEmptyShould(true).check(EVERYTHING);
  }
}
