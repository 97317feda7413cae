package io.hawser.keeper.cli;

import io.hawser.keeper.revision.Scope;
import io.hawser.wire.HawserException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Whose configuration a command is about. */
final class ScopeArgument {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

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

    /**
     * Returns the scope, if it is one of a service that there is: else it is most likely mistyped, and not just empty.
     *
     * @throws HawserException with INVALID_ARGUMENT when there is no such service
     */
    Scope known() {
        CommandSpec command = spec;
        if (command != null && command.parent().userObject() instanceof KeeperCli keeper) {
            keeper.configs().requireService(scope);
        }
        return scope;
    }
}
