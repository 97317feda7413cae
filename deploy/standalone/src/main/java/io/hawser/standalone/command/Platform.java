package io.hawser.standalone.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform a command uses: the one that {@code up} wrote down, where no option says otherwise. */
final class Platform {
    @Option(names = "--up", paramLabel = "FILE", description = "What 'up' wrote (default: .hawser/up.json).")
    private @Nullable Path up;

    @Option(names = "--center", paramLabel = "URL", description = "The API, such as http://127.0.0.1:8080.")
    private @Nullable String center;

    private @Nullable RunningPlatform running;

    /** URLs of the API. */
    List<String> centers() {
        return center != null ? List.of(center) : running().allCenters();
    }

    /** The platform that {@code up} wrote down. */
    RunningPlatform running() {
        if (running == null) {
            running = RunningPlatform.read(up != null ? up : RunningPlatform.file(Target.home()));
        }
        return running;
    }
}
