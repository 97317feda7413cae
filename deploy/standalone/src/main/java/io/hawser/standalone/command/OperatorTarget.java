package io.hawser.standalone.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform an operator's command uses, and by which key: those that {@code up} wrote down, where no option says otherwise. */
final class OperatorTarget {
    @Option(names = "--up", paramLabel = "FILE", description = "What 'up' wrote (default: .hawser/up.json).")
    private @Nullable Path up;

    @Option(names = "--center", paramLabel = "URL", description = "The API, such as http://127.0.0.1:8080.")
    private @Nullable String center;

    @Option(
            names = "--operator-key",
            paramLabel = "KEY",
            defaultValue = "${env:HAWSER_OPERATOR_KEY}",
            description = "The operator's key (default: $HAWSER_OPERATOR_KEY, else that of 'up').")
    private @Nullable String operatorKey;

    CenterApi center() {
        List<String> centers = center != null ? List.of(center) : running().allCenters();
        return new CenterApi(
                centers, operatorKey != null ? operatorKey : running().operatorKey());
    }

    private RunningPlatform running() {
        return RunningPlatform.read(up != null ? up : RunningPlatform.file(Target.home()));
    }
}
