package io.hawser.keeper.cli;

import picocli.CommandLine.Option;

/** What those who look back are told of a change. */
final class Message {
    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Why, for the history.")
    private String text = "";

    /** Returns it; empty: nothing was said. */
    String text() {
        return text;
    }
}
