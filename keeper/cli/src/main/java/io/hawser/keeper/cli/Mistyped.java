package io.hawser.keeper.cli;

import java.util.Optional;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A word where a command should be, which picocli calls unmatched. */
public final class Mistyped {
    private Mistyped() {}

    /** Returns what to say of it, with the command that was meant; empty: something else is wrong. */
    public static Optional<String> command(ParameterException e) {
        boolean hasCommands = !e.getCommandLine().getSubcommands().isEmpty();
        return hasCommands && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
                ? Optional.of(unmatched.getUnmatched().getFirst() + ": no such command" + hint(unmatched))
                : Optional.empty();
    }

    private static String hint(UnmatchedArgumentException unmatched) {
        return unmatched.getSuggestions().stream()
                .findFirst()
                .map(nearest -> " (did you mean " + nearest + "?)")
                .orElse("");
    }
}
