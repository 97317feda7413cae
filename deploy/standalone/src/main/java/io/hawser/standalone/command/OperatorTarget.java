package io.hawser.standalone.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which platform an operator's command uses, and by which key: those that {@code up} wrote down, where no option says otherwise. */
final class OperatorTarget {
    @Mixin
    private final Platform platform = new Platform();

    @Option(
            names = "--operator-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_OPERATOR_KEY}",
            description = "The operator's key (default: $HAWSER_OPERATOR_KEY, else that of 'up').")
    private @Nullable String operatorKey;

    CenterApi center() {
        String key = operatorKey != null ? operatorKey : platform.running().operatorKey();
        return new CenterApi(platform.centers(), key);
    }
}
