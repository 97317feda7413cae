package io.hawser.keeper.cli;

import io.hawser.keeper.revision.Canary;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes back what is on trial: those that try it run again what all others do. */
@Command(
        name = "abort",
        description = "Takes the revision on trial back: all run again what held before.",
        mixinStandardHelpOptions = true)
final class AbortCommand implements Callable<Integer> {
    @Mixin
    private ScopeArgument whose = new ScopeArgument();

    @Mixin
    private Change change = new Change();

    @Override
    public Integer call() throws Exception {
        return change.run(whose.known(), (client, store, state) -> {
            Canary canary = Canaries.require(whose.scope(), state);
            store.abort(whose.scope(), state, change.author());
            int stable = state.pointer().stable();
            String words = "revision " + canary.revision() + " is taken back, "
                    + (stable == 0 ? "nothing is configured" : "revision " + stable + " holds for all");
            return new Change.Outcome(words, stable, true, List.of());
        });
    }
}
