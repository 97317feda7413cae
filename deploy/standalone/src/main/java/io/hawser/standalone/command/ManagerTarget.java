package io.hawser.standalone.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which platform a command uses that manages an app's users, and by which key: the app's own, or an operator's. */
final class ManagerTarget {
    @Mixin
    private final Platform platform = new Platform();

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "A key of the app's, scope users.manage (default: $HAWSER_API_KEY).")
    private @Nullable String apiKey;

    @Option(
            names = "--operator-key",
            paramLabel = "KEY",
            description = "In its place an admin's key (default: $HAWSER_OPERATOR_KEY, else that of 'up').")
    private @Nullable String operatorKey;

    CenterApi center() {
        return new CenterApi(platform.centers(), key());
    }

    private String key() {
        if (apiKey != null && operatorKey != null) {
            throw new CommandException("--api-key, --operator-key: both (expected: one of them)");
        }
        String given = apiKey != null ? apiKey : operatorKey;
        return given != null ? given : kept();
    }

    /** An app's key may do less: it is taken first. */
    private String kept() {
        String ofApp = System.getenv("HAWSER_API_KEY");
        String ofOperator = ofApp != null ? ofApp : System.getenv("HAWSER_OPERATOR_KEY");
        return ofOperator != null ? ofOperator : platform.running().operatorKey();
    }
}
