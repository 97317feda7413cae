package io.hawser.keeper.cli;

import io.hawser.keeper.revision.Scope;
import picocli.CommandLine.Parameters;

/** Whose configuration a command is about. */
final class ScopeArgument {
    @Parameters(
            index = "0",
            arity = "1",
            paramLabel = "SCOPE",
            converter = Converters.OfScope.class,
            description = "Whose configuration: cluster, SERVICE or SERVICE/INSTANCE.")
    private Scope scope = new Scope.Cluster();

    Scope scope() {
        return scope;
    }
}
