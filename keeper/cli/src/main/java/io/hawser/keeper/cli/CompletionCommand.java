package io.hawser.keeper.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete this command. */
@Command(
        name = "completion",
        description = "Prints a script for the shell: source <(./hawser keeper completion bash)",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    private static final String LAUNCHER = "hawser";

    @Parameters(paramLabel = "bash|zsh", description = "For which shell.")
    private Shell shell = Shell.BASH;

    @Spec
    private @Nullable CommandSpec spec;

    /** The shells that are served. */
    enum Shell {
        BASH,
        ZSH;

        /** Returns it as it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The script is one for both; zsh has to be told to run those of bash first. */
    @Override
    public Integer call() {
        CommandSpec here = spec;
        if (here == null) {
            throw new IllegalStateException("not called through picocli");
        }
        if (shell == Shell.ZSH) {
            here.commandLine().getOut().println("autoload -U +X compinit && compinit");
            here.commandLine().getOut().println("autoload -U +X bashcompinit && bashcompinit");
        }
        here.commandLine().getOut().print(script());
        here.commandLine().getOut().flush();
        return Exit.DONE.number();
    }

    /** Completed is what is typed, {@code hawser keeper …}; by a path too, since bash looks at its last part. */
    private static String script() {
        CommandLine keeper = new CommandLine(KeeperCli.unknowing());
        CommandLine launcher = new CommandLine(CommandSpec.create().name(LAUNCHER)).addSubcommand("keeper", keeper);
        return AutoComplete.bash(LAUNCHER, launcher);
    }
}
