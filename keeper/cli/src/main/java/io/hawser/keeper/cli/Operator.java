package io.hawser.keeper.cli;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Who acts: written beside what is changed, and logged by instances that are told something. */
final class Operator {
    private static final Pattern FORM = Pattern.compile("[^\\p{Cntrl}]{0,128}");

    @Option(
            names = "--author",
            paramLabel = "WHO",
            description = "Who changes it, for the history and the log (default: user@host).")
    private String author = "";

    /**
     * Returns who acts.
     *
     * @throws HawserException with INVALID_ARGUMENT when it is no name
     */
    String author() {
        if (!FORM.matcher(author).matches()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "--author: (expected: 128 printable characters at most)");
        }
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
