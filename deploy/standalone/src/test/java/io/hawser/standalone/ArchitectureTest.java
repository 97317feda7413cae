package io.hawser.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house plan, held: who may know whom. */
final class ArchitectureTest {
    private static final List<String> SERVICES =
            List.of("dispatcher", "room", "register", "saver", "center", "coordinator");
    private static final String[] STORES = {
        "io.lettuce..", "java.sql..", "javax.sql..", "com.zaxxer.hikari..", "org.flywaydb..", "org.jdbi.."
    };

    private static final JavaClasses ALL = ours();

    /** Of libraries the names are enough: their classes are not read. */
    private static JavaClasses ours() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.hawser");
    }

    static Stream<String> services() {
        return SERVICES.stream();
    }

    @ParameterizedTest
    @MethodSource("services")
    void aServiceKnowsNoOtherServiceAndNoToolAroundIt(String service) {
        String[] others = Stream.concat(
                        SERVICES.stream().filter(other -> !other.equals(service)),
                        Stream.of("client", "stores", "standalone", "bench"))
                .map(ArchitectureTest::packageOf)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(packageOf(service))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ALL);
    }

    @Test
    void onlyTheSaverTouchesRedisAndMySql() {
        noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("saver"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STORES)
                .check(ALL);
    }

    @Test
    void contractsKnowNeitherServicesNorTheKeeper() {
        String[] above = Stream.concat(
                        SERVICES.stream(), Stream.of("keeper", "client", "stores", "standalone", "bench"))
                .map(ArchitectureTest::packageOf)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAnyPackage("io.hawser.wire..", "io.hawser.rpc..", "io.hawser.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .check(ALL);
    }

    @Test
    void theClientHasNoDependencyButTheWireFormat() {
        classes()
                .that()
                .resideInAPackage(packageOf("client"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.net..",
                        "com.google.protobuf..",
                        "org.jspecify..",
                        "io.hawser.wire..",
                        "io.hawser.client..")
                .check(ALL);
    }

    @Test
    void modulesFormNoCycle() {
        slices().matching("io.hawser.(*)..").should().beFreeOfCycles().check(ALL);
    }

    private static String packageOf(String module) {
        return "io.hawser." + module + "..";
    }
}
