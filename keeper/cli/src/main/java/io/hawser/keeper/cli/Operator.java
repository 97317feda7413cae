package io.hawser.keeper.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Option;

/** Who acts: written beside what is changed, and logged by instances that are told something. */
final class Operator {
    @Option(
            names = "--author",
            paramLabel = "WHO",
            description = "Who changes it, for the history and the log (default: user@host).")
    private String author = "";

    String author() {
        return author.isBlank() ? System.getProperty("user.name", "unknown") + "@" + host() : author.strip();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine that does not know its own name: the user's will do.
            return "localhost";
        }
    }
}
