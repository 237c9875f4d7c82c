package org.rsavlm.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Path;
import java.util.Set;
import org.rsavlm.models.image.Alpha;
import org.rsavlm.models.image.ImageReader;

/** The module table of the design and what else holds everywhere; this module sees them all. */
@AnalyzeClasses(packages = "org.rsavlm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Rules over classes that weren't imported would hold without meaning anything. */
  @ArchTest
  static void everyModuleIsLookedAt(JavaClasses all) {
    for (String module : new String[] {"core", "core.torch", "models", "eval", "train"}) {
      assertThat(all.containPackage("org.rsavlm." + module)).as(module).isTrue();
    }
  }

  @ArchTest
  static final ArchRule modulesUseOnlyWhatIsBelow =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("core")
          .definedBy("org.rsavlm.core..")
          .layer("models")
          .definedBy("org.rsavlm.models..")
          .layer("eval")
          .definedBy("org.rsavlm.eval..")
          .layer("train")
          .definedBy("org.rsavlm.train..")
          .whereLayer("train")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("eval")
          .mayOnlyBeAccessedByLayers("train")
          .whereLayer("models")
          .mayOnlyBeAccessedByLayers("eval", "train");

  @ArchTest
  static final ArchRule theEngineHasOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.rsavlm.core.torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  /** Raw memory and C functions; {@code models.hub} moves the bytes of files through pointers. */
  @ArchTest
  static final ArchRule nativeCodeHasThreePlaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.rsavlm.core.torch..",
              "org.rsavlm.train.distributed..",
              "org.rsavlm.models.hub..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  /** How ranks are joined is known there alone; others see the communicator. */
  @ArchTest
  static final ArchRule transportsDontKnowWhatIsTrained =
      noClasses()
          .that()
          .resideInAPackage("org.rsavlm.train.distributed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rsavlm.models..", "org.rsavlm.eval..");

  @ArchTest
  static final ArchRule parquetHasOneReader =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.rsavlm.models.table..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.jerolba..", "org.apache.parquet..");

  /** A path of a data file becomes an image in {@code ImageDirectory} alone, which checks it. */
  @ArchTest
  static final ArchRule pathsOfRowsHaveOneCheck =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.rsavlm.models.table..", "org.rsavlm.train.data..", "org.rsavlm.eval..")
          .and()
          .doNotHaveSimpleName("ImageDirectory")
          .should()
          .callMethod(ImageReader.class, "read", Path.class)
          .orShould()
          .callMethod(ImageReader.class, "read", Path.class, Alpha.class);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.rsavlm.(**)").should().beFreeOfCycles();

  /** Rooms of {@code models} that are no model family; every other package there is one. */
  private static final Set<String> SHARED_ROOMS =
      Set.of("nn", "hub", "text", "image", "table", "cost", "llava", "generation");

  /** The family that a class belongs to, and no slice for what isn't in one. */
  private static final SliceAssignment FAMILIES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass one) {
          String family = family(one);
          return family.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(family);
        }

        @Override
        public String getDescription() {
          return "model families";
        }
      };

  private static String family(JavaClass one) {
    String models = "org.rsavlm.models.";
    if (!one.getPackageName().startsWith(models)) {
      return "";
    }
    String room = one.getPackageName().substring(models.length()).replaceFirst("\\..*", "");
    return SHARED_ROOMS.contains(room) ? "" : room;
  }

  private static final DescribedPredicate<JavaClass> IN_A_FAMILY =
      DescribedPredicate.describe("are in a model family", one -> !family(one).isEmpty());

  @ArchTest
  static void thereAreFamilies(JavaClasses all) {
    assertThat(all.stream().map(ArchitectureTest::family).distinct()).contains("qwen2", "siglip");
  }

  @ArchTest
  static final ArchRule familiesDontKnowEachOther =
      slices().assignedFrom(FAMILIES).should().notDependOnEachOther();

  @ArchTest
  static final ArchRule familiesKnowOnlyTheRoomsBelow =
      noClasses()
          .that(IN_A_FAMILY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rsavlm.models.llava..", "org.rsavlm.models.generation..");

  @ArchTest
  static final ArchRule sharedBlocksKnowNoFamily =
      noClasses()
          .that()
          .resideInAPackage("org.rsavlm.models.nn..")
          .should()
          .dependOnClassesThat(IN_A_FAMILY)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.rsavlm.models.llava..");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.rsavlm.train.cli..")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule onlyTheApplicationChoosesTheLogger =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.rsavlm.train.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ch.qos.logback..");

  @ArchTest
  static final ArchRule recipesAreRecords =
      classes()
          .that()
          .resideInAPackage("org.rsavlm.train.config..")
          .and()
          .haveSimpleNameEndingWith("Recipe")
          .should()
          .beRecords();
}
